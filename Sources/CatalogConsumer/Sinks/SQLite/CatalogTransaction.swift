internal import Catalog
internal import GRDB

/// Applies entries of one provider to a SQLite catalog, within one transaction.
struct CatalogTransaction {
    private static let keptCycles: Int64 = 100

    private let db: Database
    private let provider: Int64
    let last: StreamEntryID
    private let cycle: LentStatement
    private let entities: EntityTable
    private var total = CatalogCounts()
    private var completedCycles = 0

    init(_ db: Database, provider name: String) throws {
        self.db = db
        try db.execute(sql: "INSERT INTO provider (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [name])
        let row = try Row.fetchOne(db, sql: "SELECT id, last_entry FROM provider WHERE name = ?", arguments: [name])
        guard let row else { throw DatabaseError(message: "the provider \(name) has no row") }
        provider = row[0]
        last = (row[1] as String?).flatMap(StreamEntryID.init) ?? .zero
        cycle = try LentStatement(
            db,
            """
            INSERT INTO cycle (provider, generation, added, changed, unchanged, removed) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                added = added + excluded.added, changed = changed + excluded.changed,
                unchanged = unchanged + excluded.unchanged, removed = removed + excluded.removed
            """
        )
        entities = try EntityTable(db, provider: provider)
    }

    /// Applies what was not applied before, and stores how far it came.
    mutating func apply(_ entries: [StreamEntry]) throws {
        var position = last
        for entry in entries where entry.id > position {
            try apply(entry.delta)
            position = entry.id
        }
        guard position > last else { return }
        try db.execute(
            sql: """
                UPDATE provider SET
                    last_entry = ?, entities = entities + ?, added = added + ?, changed = changed + ?,
                    unchanged = unchanged + ?, removed = removed + ?, cycles = cycles + ?
                WHERE id = ?
                """,
            arguments: [
                position.description, total.added - total.removed, total.added, total.changed, total.unchanged,
                total.removed, completedCycles, provider,
            ]
        )
    }

    private mutating func apply(_ delta: Delta) throws {
        switch delta.type {
        case .delta: try store(delta)
        case .cycleStarted: try startCycle(delta)
        case .cycleCompleted: try completeCycle(delta)
        case .purged: try Self.begin(anew: provider, db)
        case .sweepHeld:
            try db.execute(
                sql: """
                    INSERT INTO cycle (provider, generation, held) VALUES (?, ?, ?)
                    ON CONFLICT DO UPDATE SET held = excluded.held
                    """,
                arguments: [provider, delta.generation, delta.at]
            )
        }
    }

    /// Marks all entities of a provider as stale. Publishing one again takes the mark away. When the next cycle to begin is
    /// complete, those that still have it are removed.
    static func begin(anew provider: Int64, _ db: Database) throws {
        try db.execute(sql: "UPDATE entity SET stale = 1 WHERE provider = ? AND stale = 0", arguments: [provider])
        try db.execute(
            sql: "UPDATE provider SET restarting = 1, restart_generation = NULL WHERE id = ?",
            arguments: [provider]
        )
    }

    private mutating func store(_ delta: Delta) throws {
        var counts = CatalogCounts()
        // One that is added again, under another location key, has only changed.
        let replaced = delta.removed.isEmpty ? [] : Set(delta.added.map(\.entity.ref))
        for removed in delta.removed where !replaced.contains(removed.entityRef) {
            if try entities.remove(removed.entityRef.string) { counts.removed += 1 }
        }
        for added in delta.added {
            switch try entities.put(added.entity, at: delta.at) {
            case .added: counts.added += 1
            case .changed: counts.changed += 1
            case .unchanged: counts.unchanged += 1
            }
        }
        for ref in delta.kept { try entities.keep(ref.string) }
        try count(counts, in: delta.generation)
    }

    private mutating func startCycle(_ delta: Delta) throws {
        // Numbers begin anew where Redis lost its data: an old cycle of that number is not this one.
        try db.execute(
            sql: "INSERT OR REPLACE INTO cycle (provider, generation, started) VALUES (?, ?, ?)",
            arguments: [provider, delta.generation, delta.at]
        )
        try db.execute(
            sql: """
                UPDATE provider SET restart_generation = ?
                WHERE id = ? AND restarting = 1 AND restart_generation IS NULL
                """,
            arguments: [delta.generation, provider]
        )
    }

    private mutating func completeCycle(_ delta: Delta) throws {
        completedCycles += 1
        try db.execute(
            sql: """
                INSERT INTO cycle (provider, generation, completed) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET completed = excluded.completed
                """,
            arguments: [provider, delta.generation, delta.at]
        )
        try db.execute(
            sql: "DELETE FROM cycle WHERE provider = ? AND generation <= ?",
            arguments: [provider, delta.generation - Self.keptCycles]
        )
        try db.execute(
            sql:
                "UPDATE provider SET restarting = 0, restart_generation = NULL WHERE id = ? AND restart_generation <= ?",
            arguments: [provider, delta.generation]
        )
        guard db.changesCount == 1 else { return }
        var removed = 0
        while case let step = try entities.removeStale(limit: 1000), step > 0 {
            removed += step
        }
        try count(CatalogCounts(removed: removed), in: delta.generation)
    }

    private mutating func count(_ counts: CatalogCounts, in generation: Int64) throws {
        total.added += counts.added
        total.changed += counts.changed
        total.unchanged += counts.unchanged
        total.removed += counts.removed
        cycle.bind(provider, at: 1)
        cycle.bind(generation, at: 2)
        cycle.bind(Int64(counts.added), at: 3)
        cycle.bind(Int64(counts.changed), at: 4)
        cycle.bind(Int64(counts.unchanged), at: 5)
        cycle.bind(Int64(counts.removed), at: 6)
        try cycle.run()
    }
}
