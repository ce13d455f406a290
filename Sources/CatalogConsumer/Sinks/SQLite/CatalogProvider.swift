internal import GRDB

/// What a catalog has of a provider, and what was done to it since the catalog began.
public struct CatalogProvider: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The last entry that was stored.
    public let lastEntryID: StreamEntryID?
    /// How many entities it has now.
    public let entities: Int
    /// All that was ever added, changed and removed.
    public let counts: CatalogCounts
    /// How many completed cycles were stored.
    public let cycles: Int

    static func fetchAll(_ db: Database) throws -> [CatalogProvider] {
        let sql = """
            SELECT name, last_entry, entities, added, changed, unchanged, removed, cycles FROM provider ORDER BY name
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            CatalogProvider(
                name: row[0],
                lastEntryID: (row[1] as String?).flatMap(StreamEntryID.init),
                entities: row[2],
                counts: CatalogCounts(added: row[3], changed: row[4], unchanged: row[5], removed: row[6]),
                cycles: row[7]
            )
        }
    }
}
