internal import GRDB

/// The SQLite file of a catalog: one connection that writes, several that read.
final class CatalogStore: Sendable {
    private let path: String
    private let pool: DatabasePool

    /// Opens or creates the file for writing.
    init(writing path: String) throws(SinkError) {
        self.path = path
        pool = try Self.opening(path) {
            let pool = try DatabasePool(path: path, configuration: Self.configuration())
            try Self.check(pool, path, allowsOlder: true)
            try pool.writeWithoutTransaction { db in
                // What was acknowledged to Redis is not published again, so it has to be on disk before.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // Bulk loading ran 1.4 times faster than with SQLite's 1,000 pages.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 8000")
            }
            try CatalogSchema.migrator.migrate(pool)
            return pool
        }
    }

    /// Opens a file that exists, for reading only.
    init(reading path: String) throws(SinkError) {
        self.path = path
        pool = try Self.opening(path) {
            var configuration = Self.configuration()
            configuration.readonly = true
            let pool = try DatabasePool(path: path, configuration: configuration)
            try Self.check(pool, path, allowsOlder: false)
            return pool
        }
    }

    @concurrent
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw Self.failure(error, path)
        }
    }

    /// Runs `body` in a transaction that is rolled back when it throws or its task is cancelled.
    ///
    /// Concurrent, because Swift 6.3's optimizer drops the way back from GRDB's executor to a caller's actor otherwise.
    @concurrent
    func write<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do {
            return try await pool.write { db in
                let result = try body(db)
                try Task.checkCancellation()
                return result
            }
        } catch let error as DatabaseError {
            throw Self.failure(error, path)
        }
    }

    // MARK: - Opening

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = "catalog"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -16000")
        }
        return configuration
    }

    /// A file of another program is refused before anything is written to it.
    private static func check(_ pool: DatabasePool, _ path: String, allowsOlder: Bool) throws {
        try pool.read { db in
            if try CatalogSchema.migrator.hasBeenSuperseded(db) {
                throw SinkError(
                    .unusable,
                    "\(path) was written by a newer version of Tidemark: use that version, or another file"
                )
            }
            let isCurrent = try CatalogSchema.migrator.hasCompletedMigrations(db)
            if !isCurrent, !allowsOlder {
                throw SinkError(.unusable, "\(path) is no catalog of this version: let a consumer write to it first")
            }
            let isForeign =
                try !db.tableExists("grdb_migrations")
                && Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") != 0
            if isForeign {
                throw SinkError(.unusable, "\(path) is a database of another program: name another file")
            }
        }
    }

    private static func opening(_ path: String, _ open: () throws -> DatabasePool) throws(SinkError) -> DatabasePool {
        do {
            return try open()
        } catch let error as SinkError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw SinkError(.unusable, "\(path) is not a SQLite database: name another file", underlying: error)
        } catch let error as DatabaseError {
            throw failure(error, path)
        } catch {
            throw SinkError(.failed, "The catalog \(path) cannot be opened: \(error)", underlying: error)
        }
    }

    private static func failure(_ error: DatabaseError, _ path: String) -> SinkError {
        let message = error.message ?? "\(error.resultCode)"
        return SinkError(.failed, "The catalog \(path) gave an error: \(message)", underlying: error)
    }
}
