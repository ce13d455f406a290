internal import GRDB

/// Keeps a catalog in a SQLite file: each provider's entities by ref, searchable, with the id of the last entry that was
/// stored in the same transaction.
///
/// One sink writes all providers of a file; other processes may read it meanwhile, with ``SQLiteCatalog``.
public final class SQLiteSink: TransactionalSink {
    /// The catalog that is written, for reading.
    public let catalog: SQLiteCatalog
    private let store: CatalogStore

    /// Opens the file, and creates it where there is none.
    ///
    /// - Throws: ``SinkError`` with the code `unusable` for what is no catalog of this version or an older one, and `closed` for
    ///   one that is damaged.
    public init(path: String) throws(SinkError) {
        store = try CatalogStore(writing: path)
        catalog = SQLiteCatalog(store)
    }

    public func lastEntryID(provider: String) async throws -> StreamEntryID? {
        // On the connection that writes, which notices when the file is another.
        try await store.write { db in
            try String.fetchOne(db, sql: "SELECT last_entry FROM provider WHERE name = ?", arguments: [provider])
        }.flatMap(StreamEntryID.init)
    }

    public func apply(_ entries: [StreamEntry], provider: String) async throws {
        try await apply(entries, provider: provider, after: .zero)
    }

    public func apply(_ entries: [StreamEntry], provider: String, after position: StreamEntryID) async throws {
        try await store.write { db in
            var transaction = try CatalogTransaction(db, provider: provider)
            guard transaction.last >= position else {
                throw SinkError(
                    .failed,
                    "The catalog has the entry \(transaction.last) of \(provider), and not \(position): it was replaced by another."
                )
            }
            try transaction.apply(entries)
        }
    }

    public func catalogID() async throws -> String? {
        try await store.write(CatalogSchema.identity).description
    }

    public func restart(provider: String, after entry: StreamEntryID) async throws {
        try await store.write { db in
            try db.execute(sql: "INSERT INTO provider (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [provider])
            let id = try Int64.fetchOne(
                db,
                sql: "UPDATE provider SET last_entry = ? WHERE name = ? RETURNING id",
                arguments: [entry.description, provider]
            )
            if let id { try CatalogTransaction.begin(anew: id, db) }
        }
    }
}
