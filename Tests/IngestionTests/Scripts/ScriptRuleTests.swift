import Catalog
import Foundation
import Redis
import TestSupport
import Testing

@testable import Ingestion

@Suite struct ScriptRuleTests {
    private static let names = [
        "announce", "approve", "begin", "cancel", "changes", "claim", "commit", "discard", "event", "expire", "fail",
        "finish", "lane", "live", "pause", "poll", "polled", "postpone", "purge", "records", "register", "release",
        "renew", "resume", "resync", "retry", "spend", "start", "sweep", "trigger",
        "upgrade",
    ]

    private static func source(_ name: String) throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let file = tests.appending(path: "../../../Sources/Ingestion/Lua/\(name).lua")
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test("Q9: no script runs a command whose work grows with the data", arguments: names)
    func noUnboundedCommands(name: String) throws {
        let source = try Self.source(name)
        for command in [
            "KEYS", "SMEMBERS", "HGETALL", "HKEYS", "HVALS", "SDIFF", "SUNION", "SINTER", "SDIFFSTORE", "SUNIONSTORE",
            "SORT", "FLUSH", "SCAN",
        ] {
            #expect(!source.contains("call('\(command)"), "\(name).lua calls \(command)")
        }
        for line in source.split(separator: "\n") where line.contains("ZRANGEBYSCORE") {
            #expect(line.contains("LIMIT"), "\(name).lua: \(line)")
        }
        // What is large goes by UNLINK; DEL is for a job's hash.
        for line in source.split(separator: "\n") where line.contains("'DEL'") {
            #expect(line.contains("key"), "\(name).lua: \(line)")
        }
    }

    @Test(
        "every script says what its keys, arguments, reply and promise are",
        arguments: names.filter { !["lane", "live", "records"].contains($0) }
    )
    func headers(name: String) throws {
        let source = try Self.source(name)
        let lines = source.split(separator: "\n")
        let runsWhenFull = lines.first == "#!lua flags=allow-oom"
        #expect(runsWhenFull || lines.first == "#!lua")
        let header = lines.dropFirst().prefix { $0.hasPrefix("--") }.joined(separator: "\n")
        #expect(header.contains("ARGV") || header.contains("KEYS"))
        #expect(header.contains("Reply"))
        // What becomes of it when Redis is full.
        #expect(header.contains("-- Full: runs;") == runsWhenFull && header.contains("-- Full: "))
    }

    @Test("Q9: the largest commit there is, 500 entities and then 1,000 chains, goes through in bounded parts")
    func largestCommit() async throws {
        let entities = (0..<1_700).map { TestSource.entity("e\($0)") }
        let source = TestSource([entities])
        let cursors = (0..<1_000).map { JSON.object(["chain": 0, "offset": .integer(Int64(1_699 + $0))]) }
        source.intercept { cursor in
            cursor == nil ? Page(entities: entities, next: cursors) : Page(entities: [], next: [])
        }
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test", mostBursts: 3_000)
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.known == 1_700 && status.counts.pages == 1_001)
            for delta in try await engine.deltas(of: "test") { #expect(delta.added.count <= 500) }
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Q10: the status of a provider reads counters and scans nothing")
    func statusScansNothing() async throws {
        try await withEngine([.test("test", TestSource(names: (0..<100).map { "e\($0)" }))]) { engine in
            try await engine.runCycle("test")
            let redis = engine.store.redis
            _ = try await redis.send(RedisCommand("CONFIG", "RESETSTAT"))
            _ = try await engine.operations.status(of: "test")
            let statistics = try await redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
            for command in ["scan", "sscan", "hscan", "zscan", "keys", "smembers", "xrange"] {
                #expect(!statistics.contains("cmdstat_\(command):"))
            }
        }
    }

    @Test("every key carries the lane's hash tag")
    func hashTags() async throws {
        try await withEngine(
            [.test("test", TestSource(names: ["a"])), .test("other", TestSource(names: ["b"]))],
            lanes: 3
        ) {
            engine in
            try await engine.runCycle("test")
            try await engine.runCycle("other")
            let keys = try await engine.store.redis.send(RedisCommand("KEYS", "*")).array ?? []
            #expect(!keys.isEmpty)
            for key in keys.compactMap(\.string) { #expect(key.hasPrefix("{tidemark:")) }
        }
    }
}
