import Catalog
import Ingestion
import TestSupport
import Testing

@Suite struct HistoryTests {
    private static let names = (0..<20).map { "e\($0)" }

    private static func outcomes(_ engine: TestEngine) async throws -> [String] {
        try await engine.operations.history("test", most: 100).map { "\($0.generation) \($0.outcome?.rawValue ?? "?")" }
    }

    @Test("each cycle is in the history once, with its counts and how it ended")
    func outcomes() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source) { $0.maxAttempts = 1 }]) { engine in
            let operations = engine.operations
            #expect(try await Self.outcomes(engine).isEmpty)
            try await engine.runCycle("test")
            #expect(try await Self.outcomes(engine) == ["1 completed"])

            source.list([JSONText]())
            try await engine.runAnotherCycle("test")
            #expect(try await Self.outcomes(engine) == ["2 held", "1 completed"])
            try await operations.discardSweep("test")
            #expect(try await Self.outcomes(engine) == ["2 discarded", "1 completed"])
            try await engine.runAnotherCycle("test")
            try await operations.approveSweep("test")
            #expect(try await Self.outcomes(engine).first == "3 held")
            try await engine.runCycle("test")
            #expect(try await Self.outcomes(engine) == ["3 completed", "2 discarded", "1 completed"])

            source.intercept { _ in throw SourceError(.unavailable, "HTTP 503") }
            try await engine.runAnotherCycle("test")
            source.intercept { _ in throw SourceError(.cursorExpired, "HTTP 410") }
            try await operations.start("test")
            await engine.worker.perform(try #require(try await engine.claim().first))
            source.intercept { _ in
                try await operations.cancel("test")
                return nil
            }
            try await engine.drain()
            let records = try await operations.history("test", most: 3)
            #expect(records.map(\.outcome) == [.cancelled, .expired, .failed])
            #expect(records.map(\.generation) == [6, 5, 4])
            #expect(records[0].reason == "cancel")
            #expect(records[1].reason.contains("HTTP 410"))
            #expect(records[2].reason.contains("HTTP 503"))

            let all = try await operations.history("test", most: 100)
            #expect(all.map(\.counts.added) == [0, 0, 0, 0, 0, 20])
            #expect(all.map(\.counts.removed) == [0, 0, 0, 20, 0, 0])
            #expect(all.map(\.known) == [0, 0, 0, 20, 20, 0])
            #expect(all.allSatisfy { $0.ended >= $0.started && $0.started > 0 })
        }
    }

    @Test("a failed cycle whose dead jobs ran again has one entry: its last end")
    func retried() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source) { $0.maxAttempts = 1 }]) { engine in
            source.intercept { cursor in
                if cursor?["offset"] == 10 { throw SourceError(.unavailable, "HTTP 503") }
                return nil
            }
            try await engine.runCycle("test")
            #expect(try await Self.outcomes(engine) == ["1 failed"])
            source.intercept(nil)
            for job in try await engine.operations.dead("test") { try await engine.operations.retry(job.id) }
            try await engine.runCycle("test")
            #expect(try await Self.outcomes(engine) == ["1 completed"])
        }
    }

    @Test("the last 50 are kept")
    func theBound() async throws {
        let source = TestSource(names: ["a"])
        try await withEngine([.test("test", source)]) { engine in
            for _ in 0..<53 { try await engine.runAnotherCycle("test") }
            let generations = try await engine.operations.history("test", most: 100).map(\.generation)
            #expect(generations == (4...53).reversed().map { Int64($0) })
        }
    }
}
