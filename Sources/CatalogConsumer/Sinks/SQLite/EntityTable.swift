internal import Catalog
internal import GRDB

/// Writes the entities of one provider within a transaction.
final class EntityTable {
    private let db: Database
    private let provider: Int64
    private let search: SearchIndex
    private let insertion: LentStatement
    private let lookup: LentStatement
    private let change: LentStatement
    private let refresh: LentStatement
    private let deletion: LentStatement
    private var document = JSONDocument(maximumBytes: 2 * Entity.maximumBytes)

    init(_ db: Database, provider: Int64) throws {
        self.db = db
        self.provider = provider
        search = try SearchIndex(db)
        insertion = try LentStatement(
            db,
            """
            INSERT INTO entity (provider, ref, body, digest, first_changed, last_changed) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
            ON CONFLICT (provider, ref) DO NOTHING
            """
        )
        lookup = try LentStatement(
            db,
            "SELECT id, digest, stale, body FROM entity WHERE provider = ? AND ref = ?"
        )
        change = try LentStatement(
            db,
            "UPDATE entity SET body = ?, digest = ?, last_changed = ?, stale = 0 WHERE id = ?"
        )
        refresh = try LentStatement(db, "UPDATE entity SET stale = 0 WHERE id = ?")
        deletion = try LentStatement(db, "DELETE FROM entity WHERE id = ?")
    }

    enum Outcome { case added, changed, unchanged }

    /// Stores what the provider now has under this ref.
    ///
    /// - Parameter time: when it was published, ms.
    func put(_ entity: Entity, at time: Int64) throws -> Outcome {
        let digest = Int64(bitPattern: entity.digest.value)
        var ref = entity.ref.string
        // Most of what is published is new, so an insertion that may do nothing is cheaper than to look first.
        return try ref.withUTF8 { ref in
            try entity.body.withUnsafeBufferPointer { body in
                insertion.bind(provider, at: 1)
                insertion.bind(ref, at: 2)
                insertion.bind(body, at: 3)
                insertion.bind(digest, at: 4)
                insertion.bind(time, at: 5)
                try insertion.run()
            }
            if db.changesCount == 1 {
                let id = db.lastInsertedRowID
                try search.insert(SearchText(of: entity.body, parsedBy: &document), ref: ref, id: id)
                return .added
            }
            lookup.bind(provider, at: 1)
            lookup.bind(ref, at: 2)
            let known = try lookup.first { row in
                let isSame = row.integer(1) == digest
                return (id: row.integer(0), stale: row.integer(2), body: isSame ? nil : row.bytes(3))
            }
            guard let known else { throw DatabaseError(message: "a row that was there is not there") }
            guard let oldBody = known.body else {
                if known.stale != 0 {
                    refresh.bind(known.id, at: 1)
                    try refresh.run()
                }
                return .unchanged
            }
            try replace(id: known.id, ref: ref, oldBody: oldBody, entity: entity, digest: digest, time: time)
            return .changed
        }
    }

    private func replace(
        id: Int64,
        ref: UnsafeBufferPointer<UInt8>,
        oldBody: [UInt8],
        entity: Entity,
        digest: Int64,
        time: Int64
    ) throws {
        let old = try SearchText(of: oldBody, parsedBy: &document)
        let new = try SearchText(of: entity.body, parsedBy: &document)
        if old != new {
            try search.delete(old, ref: ref, id: id)
            try search.insert(new, ref: ref, id: id)
        }
        try entity.body.withUnsafeBufferPointer { body in
            change.bind(body, at: 1)
            change.bind(digest, at: 2)
            change.bind(time, at: 3)
            change.bind(id, at: 4)
            try change.run()
        }
    }

    /// Keeps what there is under this ref though it is not published again since a restart.
    func keep(_ ref: String) throws {
        try db.execute(
            sql: "UPDATE entity SET stale = 0 WHERE provider = ? AND ref = ?",
            arguments: [provider, ref]
        )
    }

    /// Removes what the provider had under this ref; false when it had nothing.
    func remove(_ ref: String) throws -> Bool {
        var ref = ref
        return try ref.withUTF8 { ref in
            lookup.bind(provider, at: 1)
            lookup.bind(ref, at: 2)
            let known = try lookup.first { row in (id: row.integer(0), body: row.bytes(3)) }
            guard let known else { return false }
            try search.delete(SearchText(of: known.body, parsedBy: &document), ref: ref, id: known.id)
            deletion.bind(known.id, at: 1)
            try deletion.run()
            return true
        }
    }

    /// Removes up to `limit` entities that were not published again since a restart; returns how many.
    func removeStale(limit: Int) throws -> Int {
        let refs = try String.fetchAll(
            db,
            sql: "SELECT ref FROM entity WHERE provider = ? AND stale = 1 LIMIT ?",
            arguments: [provider, limit]
        )
        for ref in refs {
            _ = try remove(ref)
        }
        return refs.count
    }
}
