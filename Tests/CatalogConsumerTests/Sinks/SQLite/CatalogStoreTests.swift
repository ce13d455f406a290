import Foundation
import GRDB
import Testing

@testable import CatalogConsumer

@Suite struct CatalogStoreTests {
    @Test func aFileThatIsNoDatabaseIsRefused() async throws {
        try await withTemporaryFile("notes.txt") { path in
            let text = String(repeating: "These are notes. ", count: 100)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let error = #expect(throws: SinkError.self) { try SQLiteSink(path: path) }
            #expect(error?.code == .unusable)
            #expect(error?.message.contains(path) == true)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test func aDatabaseOfAnotherProgramIsRefusedAndLeftAlone() async throws {
        try await withTemporaryFile("other.db") { path in
            try await DatabaseQueue(path: path).write { db in
                try db.execute(sql: "CREATE TABLE note (text)")
            }
            let error = #expect(throws: SinkError.self) { try SQLiteSink(path: path) }
            #expect(error?.code == .unusable)
            let tables = try await DatabaseQueue(path: path).read { db in
                try String.fetchAll(db, sql: "SELECT name FROM sqlite_master")
            }
            #expect(tables == ["note"])
        }
    }

    @Test func aCatalogOfANewerVersionIsRefused() async throws {
        try await withTemporaryFile("catalog.db") { path in
            _ = try SQLiteSink(path: path)
            try await DatabaseQueue(path: path).write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')")
            }
            let error = #expect(throws: SinkError.self) { try SQLiteSink(path: path) }
            #expect(error?.code == .unusable)
            #expect(error?.message.contains("newer version") == true)
            #expect(throws: SinkError.self) { try SQLiteCatalog(readingAt: path) }
        }
    }

    @Test("a damaged catalog, as by the log of another file, ends the consumer and says what to do")
    func damaged() async throws {
        try await withTemporaryFile("catalog.db") { path in
            let names = (0..<500).map { TestDelta.entity("e\($0)") }
            try await SQLiteSink(path: path).apply([TestDelta(added: names).entry(1)], provider: "github")
            try await DatabaseQueue(path: path).writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.replaceSubrange(4096..., with: Data(repeating: 0xFF, count: bytes.count - 4096))
            try bytes.write(to: URL(filePath: path))
            let error = #expect(throws: SinkError.self) { try SQLiteSink(path: path) }
            #expect(error?.code == .closed)
            for part in ["\(path) is damaged", "remove \(path)-wal and \(path)-shm", "delete all three"] {
                #expect(error?.message.contains(part) == true, "\(part)")
            }
        }
    }

    @Test func readingNeedsAFile() async throws {
        try await withTemporaryFile("catalog.db") { path in
            let error = #expect(throws: SinkError.self) { try SQLiteCatalog(readingAt: path) }
            #expect(error?.message.contains(path) == true)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aFolderThatIsNotThereIsNamed() async throws {
        let error = #expect(throws: SinkError.self) { try SQLiteSink(path: "/nowhere/at/all/catalog.db") }
        #expect(error?.message.contains("/nowhere/at/all/catalog.db") == true)
    }

    @Test func whatIsAcknowledgedIsOnDiskBefore() async throws {
        try await withTemporaryFile("catalog.db") { path in
            let store = try CatalogStore(writing: path)
            let mode = try await store.write { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
            #expect(mode == 2)
        }
    }
}
