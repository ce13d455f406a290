internal import GRDB

/// Some entities of a provider and how far the catalog had read, at one moment.
package struct CatalogSnapshot: Sendable {
    /// The last entry that was stored; nil before the first.
    package let lastEntryID: StreamEntryID?
    /// Whether everything is being taken in anew, because entries that were not read are gone.
    package let isRestarting: Bool
    /// The bodies by ref, of those that are there.
    package let bodies: [String: String]
}

extension SQLiteCatalog {
    /// Reads at most 1,000 entities of a provider by their refs.
    package func snapshot(of provider: String, refs: [String]) async throws -> CatalogSnapshot {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT id, last_entry, restarting FROM provider WHERE name = ?",
                arguments: [provider]
            )
            guard let row else { return CatalogSnapshot(lastEntryID: nil, isRestarting: false, bodies: [:]) }
            let (id, last, restarting): (Int64, String?, Bool) = (row[0], row[1], row[2])
            let places = Array(repeating: "?", count: refs.count).joined(separator: ",")
            let entities = try Row.fetchAll(
                db,
                sql: "SELECT ref, body FROM entity WHERE provider = ? AND ref IN (\(places))",
                arguments: [id] + StatementArguments(refs)
            )
            return CatalogSnapshot(
                lastEntryID: last.flatMap(StreamEntryID.init),
                isRestarting: restarting,
                bodies: Dictionary(entities.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
            )
        }
    }
}
