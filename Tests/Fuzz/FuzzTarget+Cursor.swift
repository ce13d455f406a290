internal import Catalog

@testable internal import EntitySources

extension FuzzTarget {
    /// A cursor that a pagination takes is the same after it was stored and read again.
    func readCursor(_ bytes: [UInt8]) {
        guard let stored = try? JSON(parsing: bytes) else { return }
        precondition((try? JSON(parsing: stored.bytes)) == stored)
        let paginations: [HTTPSource.Pagination] = [
            .none, .cursor(next: ".next", parameter: "a"), .nextURL(".next"), .linkHeader(), .page(), .offset(),
            .keyset(last: ".id", parameter: "a"),
            .requests(".next"),
        ]
        for pagination in paginations {
            for isMapped in [true, false] {
                guard let plan = Self.plan(pagination, isMapped: isMapped),
                    let cursor = try? HTTPCursor(stored, of: plan)
                else { continue }
                let again = try? HTTPCursor(cursor.stored, of: plan)
                precondition(again == cursor, "\(pagination)")
            }
        }
    }

    private static func plan(_ pagination: HTTPSource.Pagination, isMapped: Bool) -> SourcePlan? {
        var configuration = HTTPSource.Configuration(url: "http://localhost/")
        if isMapped {
            var chain = HTTPSource.Chain(url: #"/\($parent)"#)
            chain.pagination = pagination
            configuration.records = ".[]"
            configuration.pagination = pagination
            configuration.each = [HTTPSource.Each("more", parent: ".id", chain: chain)]
        }
        guard let first = try? RequestPlan(configuration),
            let credentials = try? Credentials(configuration, origin: first.origin)
        else { return nil }
        return try? SourcePlan(configuration, first: first, credentials)
    }
}
