internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import Synchronization

/// The SQLite file of a catalog: one connection that writes, several that read.
///
/// When the file is deleted, moved or replaced, a write fails and is undone, and the file that stands at the path then is opened.
final class CatalogStore: Sendable {
    /// The connections to a file, and which file its log is.
    private struct Opened {
        var pool: DatabasePool
        var log: ino_t?
    }

    private let path: String
    private let opened: Mutex<Opened>

    private var pool: DatabasePool { opened.withLock { $0.pool } }

    /// Opens or creates the file for writing.
    init(writing path: String) throws(SinkError) {
        self.path = path
        opened = Mutex(try Self.open(path))
    }

    /// Opens a file that exists, for reading only.
    init(reading path: String) throws(SinkError) {
        self.path = path
        let pool = try Self.opening(path) {
            var configuration = Self.configuration()
            configuration.readonly = true
            let pool = try DatabasePool(path: path, configuration: configuration)
            try Self.check(pool, path, allowsOlder: false)
            return pool
        }
        opened = Mutex(Opened(pool: pool))
    }

    @concurrent
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw Self.failure(error, path)
        }
    }

    /// Runs `body` in a transaction that is rolled back when it throws, its task is cancelled, or the file is not at its path
    /// any more.
    ///
    /// Concurrent, because Swift 6.3's optimizer drops the way back from GRDB's executor to a caller's actor otherwise.
    @concurrent
    func write<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        let pool = pool
        do {
            return try await pool.write { db in
                let result = try body(db)
                try Task.checkCancellation()
                if Self.hasMoved(db) { throw Moved() }
                return result
            }
        } catch let error as DatabaseError {
            // SQLite itself refuses to write once the file is gone.
            if (try? await pool.writeWithoutTransaction(Self.hasMoved)) == true { throw try reopen(pool) }
            throw Self.failure(error, path)
        } catch is Moved {
            throw try reopen(pool)
        }
    }

    // MARK: - A file that is not there any more

    private struct Moved: Error {}

    private static func hasMoved(_ db: Database) -> Bool {
        var hasMoved: CInt = 0
        sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        return hasMoved != 0
    }

    /// Opens the file that is at the path now, unless another task did; the error that says so.
    private func reopen(_ moved: DatabasePool) throws(SinkError) -> SinkError {
        try opened.withLock { opened throws(SinkError) in
            guard opened.pool === moved else { return }
            // When the last connection to the old file closes, SQLite would delete the log at the path, which is the new file's.
            moved.writeWithoutTransaction { db in
                var isKept: CInt = 1
                sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &isKept)
            }
            // A log that was left behind does not belong to the new file, and SQLite would apply it.
            if let log = opened.log, log == Self.inode(of: path + "-wal") {
                unlink(path + "-wal")
                unlink(path + "-shm")
            }
            opened = try Self.open(path)
        }
        return SinkError(
            .failed,
            "The catalog \(path) was deleted, moved or replaced. What is at that path now was opened, and what it lacks is read again."
        )
    }

    private static func inode(of path: String) -> ino_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : nil
    }

    // MARK: - Opening

    private static func open(_ path: String) throws(SinkError) -> Opened {
        try opening(path) {
            let pool = try DatabasePool(path: path, configuration: configuration())
            try check(pool, path, allowsOlder: true)
            try pool.writeWithoutTransaction { db in
                // Redis doesn't publish an acknowledged entry again, so it must be on disk first.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // Bulk loading ran 1.4 times faster than with SQLite's 1,000 pages.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 8000")
            }
            try CatalogSchema.migrator.migrate(pool)
            try pool.write(CatalogSchema.identify)
            return Opened(pool: pool, log: inode(of: path + "-wal"))
        }
    }

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

    private static func opening<Result>(_ path: String, _ open: () throws -> Result) throws(SinkError) -> Result {
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
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return damaged(path, message, error)
        default: break
        }
        return SinkError(.failed, "The catalog \(path) gave an error: \(message)", underlying: error)
    }

    /// Trying again does not mend it. The usual cause is a backup that was put beside the log of the file before it.
    private static func damaged(_ path: String, _ message: String, _ error: DatabaseError) -> SinkError {
        SinkError(
            .closed,
            """
            The catalog \(path) is damaged (\(message)), or \(path)-wal does not belong to it, as after a restore from a backup. \
            Stop what uses the catalog, remove \(path)-wal and \(path)-shm, and restore the backup once more; or delete all \
            three files: then the catalog is built anew.
            """,
            underlying: error
        )
    }
}
