internal import GRDB

/// What a cycle of a provider did to a catalog.
public struct CatalogCycle: Sendable, Hashable {
    /// Its number.
    public let generation: Int64
    /// When it began, in milliseconds since 1970; nil when that was not seen.
    public let started: Int64?
    /// When its sweep ended, in milliseconds since 1970; nil when it did not.
    public let completed: Int64?
    /// When its sweep was held, in milliseconds since 1970; nil when it was not.
    public let held: Int64?
    /// What it added, changed and removed, live events of its time included.
    public let counts: CatalogCounts

    static func fetchAll(_ db: Database, provider: String, limit: Int) throws -> [CatalogCycle] {
        let sql = """
            SELECT generation, started, completed, held, added, changed, unchanged, removed FROM cycle
            WHERE provider = (SELECT id FROM provider WHERE name = ?) ORDER BY generation DESC LIMIT ?
            """
        return try Row.fetchAll(db, sql: sql, arguments: [provider, limit]).map { row in
            CatalogCycle(
                generation: row[0],
                started: row[1],
                completed: row[2],
                held: row[3],
                counts: CatalogCounts(added: row[4], changed: row[5], unchanged: row[6], removed: row[7])
            )
        }
    }
}
