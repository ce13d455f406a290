internal import GRDB
internal import GRDBSQLite

/// A prepared statement driven by SQLite's own functions: text is lent to it while it runs, not copied into values.
struct LentStatement {
    private let statement: Statement
    private let handle: OpaquePointer

    init(_ db: Database, _ sql: String) throws {
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    func bind(_ value: Int64, at index: Int32) {
        sqlite3_bind_int64(handle, index, value)
    }

    /// The bytes must stay until the statement has run.
    func bind(_ text: UnsafeBufferPointer<UInt8>, at index: Int32) {
        // A null pointer would bind NULL, where an empty text is meant.
        guard let start = text.baseAddress else {
            sqlite3_bind_text(handle, index, "", 0, nil)
            return
        }
        start.withMemoryRebound(to: CChar.self, capacity: text.count) { start in
            _ = sqlite3_bind_text(handle, index, start, Int32(text.count), nil)
        }
    }

    /// Runs it to its end.
    func run() throws {
        defer { sqlite3_reset(handle) }
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else { throw failure(code) }
    }

    /// Runs it up to its first row, and gives what `read` takes from that; nil without a row.
    func first<Result>(_ read: (LentStatement) throws -> Result) throws -> Result? {
        defer { sqlite3_reset(handle) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return try read(self)
        case SQLITE_DONE: return nil
        case let code: throw failure(code)
        }
    }

    /// A column of the present row, from 0.
    func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    /// A column of the present row, from 0, copied out.
    func bytes(_ column: Int32) -> [UInt8] {
        let start = sqlite3_column_blob(handle, column)
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func failure(_ code: Int32) -> DatabaseError {
        let message = sqlite3_errmsg(sqlite3_db_handle(handle)).map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
