internal import GRDB

/// An entity as a catalog holds it.
public struct CatalogEntity: Sendable, Hashable {
    /// The provider that published it.
    public let provider: String
    /// Its ref, `kind:namespace/name`.
    public let ref: String
    /// Its body: JSON.
    public let body: String
    /// The digest of its body.
    public let digest: UInt64
    /// When it was published first, in milliseconds since 1970.
    public let firstChanged: Int64
    /// When its present body was published, in milliseconds since 1970.
    public let lastChanged: Int64

    /// - Parameter clauses: what follows the tables `entity` and `provider`.
    static func fetchAll(
        _ db: Database,
        _ clauses: String,
        _ arguments: StatementArguments
    ) throws -> [CatalogEntity] {
        let sql = """
            SELECT provider.name, entity.ref, entity.body, entity.digest, entity.first_changed, entity.last_changed
            FROM entity JOIN provider ON provider.id = entity.provider \(clauses)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            CatalogEntity(
                provider: row[0],
                ref: row[1],
                body: row[2],
                digest: UInt64(bitPattern: row[3]),
                firstChanged: row[4],
                lastChanged: row[5]
            )
        }
    }
}
