internal import Catalog
internal import Ingestion

/// A source of several chains whose every page takes its time, as one over a network does.
struct SlowChains: EntitySource {
    let chains: Int
    let pages: Int
    let pageTime: Duration

    func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    func page(at cursor: JSON?, using client: Void) async throws -> Page {
        guard let chain = cursor?["chain"]?.integer, let page = cursor?["page"]?.integer else {
            return Page(entities: [], next: (0..<chains).map { Self.cursor(Int64($0), 0) })
        }
        try await Task.sleep(for: pageTime)
        let first = (Int(chain) * pages + Int(page)) * Self.pageSize
        return Page(
            entities: GeneratedEntities.texts(first..<first + Self.pageSize),
            next: page + 1 < pages ? [Self.cursor(chain, page + 1)] : []
        )
    }

    private static func cursor(_ chain: Int64, _ page: Int64) -> JSON {
        ["chain": .integer(chain), "page": .integer(page)]
    }

    private static let pageSize = 10
}
