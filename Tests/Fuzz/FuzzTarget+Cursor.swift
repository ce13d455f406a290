internal import Catalog

@testable internal import EntitySources

extension FuzzTarget {
    /// A cursor that a pagination takes is the same after it was stored and read again.
    func readCursor(_ bytes: [UInt8]) {
        guard let stored = try? JSON(parsing: bytes) else { return }
        precondition((try? JSON(parsing: stored.bytes)) == stored)
        let paginations: [HTTPSource.Pagination] = [
            .none, .cursor(next: ".next", parameter: nil), .nextURL(".next"), .linkHeader(), .page(), .offset(),
            .keyset(last: ".id", parameter: nil),
            .requests(".next"),
        ]
        for pagination in paginations {
            for isMapped in [true, false] {
                guard let cursor = try? HTTPCursor(stored, pagination: pagination, isMapped: isMapped) else { continue }
                let again = try? HTTPCursor(cursor.stored, pagination: pagination, isMapped: isMapped)
                precondition(again == cursor, "\(pagination)")
            }
        }
    }
}
