internal import GRDB

/// Reads a catalog that a ``SQLiteSink`` writes, in this process or another.
///
/// All methods throw a ``SinkError``.
public final class SQLiteCatalog: Sendable {
    private let store: CatalogStore

    init(_ store: CatalogStore) {
        self.store = store
    }

    /// Opens a catalog for reading only. The file has to exist.
    public init(readingAt path: String) throws(SinkError) {
        store = try CatalogStore(reading: path)
    }

    /// The providers that ever stored something, by name, with what they have.
    public func providers() async throws -> [CatalogProvider] {
        try await store.read { db in
            try CatalogProvider.fetchAll(db)
        }
    }

    /// How many entities there are, of one provider and one kind where these are named.
    public func count(provider: String? = nil, kind: String? = nil) async throws -> Int {
        let filter = CatalogFilter(provider: provider, kind: kind)
        return try await store.read { db in
            let sql = "SELECT count(*) FROM entity WHERE \(filter.condition)"
            return try Int.fetchOne(db, sql: sql, arguments: filter.arguments) ?? 0
        }
    }

    /// The entity with this ref, once for each provider that has it.
    public func entities(ref: String) async throws -> [CatalogEntity] {
        try await store.read { db in
            try CatalogEntity.fetchAll(
                db,
                "WHERE entity.provider IN (SELECT id FROM provider) AND entity.ref = ? ORDER BY provider.name",
                [ref.lowercased()]
            )
        }
    }

    /// A page of entities, ordered by provider and ref.
    ///
    /// - Parameter previous: the last entity of the page before; nil for the first page.
    public func entities(
        provider: String? = nil,
        kind: String? = nil,
        after previous: CatalogEntity? = nil,
        limit: Int = 100
    ) async throws -> [CatalogEntity] {
        let filter = CatalogFilter(provider: provider, kind: kind)
        return try await store.read { db in
            var condition = "WHERE \(filter.condition)"
            var arguments = filter.arguments
            if let previous {
                condition += " AND (entity.provider, entity.ref) > ((SELECT id FROM provider WHERE name = ?), ?)"
                arguments += [previous.provider, previous.ref]
            }
            condition += " ORDER BY entity.provider, entity.ref LIMIT ?"
            arguments += [limit]
            return try CatalogEntity.fetchAll(db, condition, arguments)
        }
    }

    /// The entities whose ref, title, description and tags together have all words of `text`, best first.
    ///
    /// A word also finds those that it begins. Upper and lower case and accents make no difference.
    public func search(
        _ text: String,
        provider: String? = nil,
        kind: String? = nil,
        limit: Int = 20
    ) async throws -> [CatalogEntity] {
        let words = text.split(whereSeparator: \.isWhitespace).map { "\"\($0.replacing("\"", with: "\"\""))\"*" }
        guard !words.isEmpty else { return [] }
        let filter = CatalogFilter(provider: provider, kind: kind)
        return try await store.read { db in
            try CatalogEntity.fetchAll(
                db,
                """
                JOIN entity_search ON entity_search.rowid = entity.id
                WHERE entity_search MATCH ? AND \(filter.condition)
                ORDER BY bm25(entity_search, 10, 5, 1, 3), entity.ref LIMIT ?
                """,
                [words.joined(separator: " ")] + filter.arguments + [limit]
            )
        }
    }

    /// The newest cycles of a provider, the newest first: at most 100 are kept.
    public func cycles(provider: String, limit: Int = 1) async throws -> [CatalogCycle] {
        try await store.read { db in
            try CatalogCycle.fetchAll(db, provider: provider, limit: limit)
        }
    }

    /// All refs of a provider with their digests, ordered by ref, in bounded memory: what a comparison with the source merges.
    public func digests(provider: String) -> CatalogDigests {
        CatalogDigests(store: store, provider: provider)
    }

    /// One state of the file, read by `body`.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        try await store.read(body)
    }
}
