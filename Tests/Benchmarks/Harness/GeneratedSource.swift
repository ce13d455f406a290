internal import Catalog
internal import Ingestion

/// A source in this process: pages of a fixed size, made when they are read or before.
struct GeneratedSource: EntitySource {
    let pages: Int
    let read: @Sendable (Int) -> [JSONText]

    /// Entities of these numbers, made when they are read.
    init(entities: Int, pageSize: Int) {
        pages = (entities + pageSize - 1) / pageSize
        read = { page in GeneratedEntities.texts(page * pageSize..<min((page + 1) * pageSize, entities)) }
    }

    /// Pages that are there already.
    init(pages: [[JSONText]]) {
        self.pages = pages.count
        read = { pages[$0] }
    }

    /// As many pages, with other entities.
    init(pages: Int, read: @escaping @Sendable (Int) -> [JSONText]) {
        self.pages = pages
        self.read = read
    }

    func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    func page(at cursor: JSON?, using client: Void) async throws -> Page {
        let page = Int(cursor?["page"]?.integer ?? 0)
        let next: [JSON] = page + 1 < pages ? [["page": .integer(Int64(page + 1))]] : []
        return Page(entities: read(page), next: next)
    }
}
