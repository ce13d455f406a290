import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

/// `removeAfterMisses`, where cycles do not go as they should.
@Suite struct MissTests {
    private static let names = (0..<20).map { "e\($0)" }

    private static func with(
        misses: Int = 2,
        _ change: (inout Provider) -> Void = { _ in },
        _ body: (TestSource, Provider, TestEngine) async throws -> Void
    ) async throws {
        let source = TestSource(names: names)
        let provider = Provider.test("test", source) {
            $0.removeAfterMisses = misses
            change(&$0)
        }
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            try await body(source, provider, engine)
        }
    }

    /// How a cycle ends that counts no miss.
    enum End: CaseIterable, Sendable { case failed, cancelled, expired, held, discarded }

    @Test("a cycle that does not complete counts no miss, and what it met begins anew", arguments: End.allCases)
    func incompleteCycle(end: End) async throws {
        try await Self.with({ $0.maxAttempts = 1 }) { source, _, engine in
            // e0 and e1 are missing for the first time.
            source.list(Self.names.dropFirst(2).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").missingOnce == 2)
            let verifier = Verifier(store: engine.store)
            let refs = ["e0", "e1", "e2"].map(TestSource.ref)
            #expect(try await verifier.keptThoughMissed(refs, of: "test") == [true, true, false])

            // This cycle meets e1, but not e0 and not the last ones.
            switch end {
            case .held, .discarded: source.list([JSONText]())
            case .failed, .cancelled, .expired:
                source.list([TestSource.entity("e1")] + Self.names.dropFirst(2).map { TestSource.entity($0) })
                source.intercept { cursor in
                    if cursor != nil { throw SourceError(end == .expired ? .cursorExpired : .unavailable, "no page") }
                    return nil
                }
            }
            try await engine.operations.start("test")
            switch end {
            case .failed:
                try await engine.runCycle("test")
                #expect(try await engine.operations.status(of: "test").phase == .failed)
            case .cancelled, .expired:
                await engine.worker.perform(try #require(try await engine.claim().first))
                if end == .cancelled { try await engine.operations.cancel("test", for: .zero) }
            case .held, .discarded:
                try await engine.runCycle("test")
                #expect(try await engine.operations.status(of: "test").phase == .held)
                if end == .discarded { try await engine.operations.discardSweep("test") }
            }
            source.intercept(nil)
            #expect(try await engine.catalog(of: "test").count == 20)
            // e0 is still, and e1 unless a page listed it.
            let isMissedStill = end == .held || end == .discarded
            #expect(try await verifier.keptThoughMissed(refs, of: "test") == [true, isMissedStill, false])

            source.list(Self.names.dropFirst(3).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            // e0 was missing in two whole cycles in a row; e1, unless it was met in between, too; e2 in one.
            let isMet = end == .failed || end == .cancelled || end == .expired
            let catalog = try await engine.catalog(of: "test")
            #expect(catalog[TestSource.ref("e0")] == nil)
            #expect((catalog[TestSource.ref("e1")] != nil) == isMet)
            #expect(catalog[TestSource.ref("e2")] != nil)
            #expect(try await engine.violations(of: "test") == [])
        }
    }

    @Test(
        "the guard's share is of what would be removed; its sweep shows that, and removes no more when it is approved"
    )
    func guardGoesByWhatLeaves() async throws {
        try await Self.with({ $0.rejectRemovalsAbovePercentage = 20 }) { source, provider, engine in
            let operations = engine.operations
            source.list(Self.names.dropFirst(8).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            #expect(try await operations.status(of: "test").phase == .resting)
            source.list(Self.names.dropFirst(10).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            let status = try await operations.status(of: "test")
            #expect(status.phase == .held && status.held?.unmarked == 8 && status.held?.known == 20)
            #expect(try await operations.unmarked("test", most: 100).count == 8)

            // What is shown is what goes, though one miss is enough from now on.
            var changed = provider
            changed.removeAfterMisses = 1
            _ = try await engine.store.register(changed, limits: engine.settings.limits)
            #expect(try await operations.unmarked("test", most: 100).count == 8)
            try await operations.approveSweep("test")
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 12)
            #expect(try await engine.violations(of: "test") == [])
        }
    }

    @Test("a source that lists nothing is held, though nothing would be removed yet")
    func emptySource() async throws {
        try await Self.with { source, _, engine in
            source.list([JSONText]())
            try await engine.runAnotherCycle("test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .held && status.held?.unmarked == 0 && status.missingOnce == 20)
            // Approved, it is the first miss of all; the second is for a person again.
            try await engine.operations.approveSweep("test")
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 20)
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").held?.unmarked == 20)
            try await engine.operations.approveSweep("test")
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").isEmpty)
        }
    }

    @Test(
        "the setting may change at any time: from 2 to 1 the sweep takes both kinds, from 1 to 2 the first miss counts",
        arguments: [1, 2]
    )
    func settingChanges(from misses: Int) async throws {
        try await Self.with(misses: misses) { source, provider, engine in
            source.list(Self.names.dropFirst(2).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            #expect(try await engine.catalog(of: "test").count == (misses == 1 ? 18 : 20))
            source.list(Self.names.dropFirst(5).map { TestSource.entity($0) })
            try await engine.operations.start("test")
            await engine.worker.perform(try #require(try await engine.claim().first))
            // In the middle of the cycle.
            var changed = provider
            changed.removeAfterMisses = 3 - misses
            _ = try await engine.store.register(changed, limits: engine.settings.limits)
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == (misses == 1 ? 18 : 15))
            try await engine.runAnotherCycle("test")
            #expect(try await engine.catalog(of: "test").count == 15)
            #expect(try await engine.violations(of: "test") == [])
        }
    }

    @Test("a ref that an older build has marked stays, though it left it among those that were missed")
    func olderBuild() async throws {
        try await Self.with { source, _, engine in
            source.list(Self.names.dropFirst(2).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            try await engine.operations.start("test")
            let job = try #require(try await engine.claim().first)
            guard case .success(let begun?) = try await engine.store.begin(job, lease: .seconds(30)) else {
                throw Unexpected()
            }
            let keys = engine.store.keys(of: "test")
            _ = try await engine.store.redis.send(
                RedisCommand("SADD", keys.seen(begun.generation), TestSource.ref("e0"))
            )
            engine.time.advance(by: .seconds(31))
            try await engine.runCycle("test")
            let catalog = try await engine.catalog(of: "test")
            #expect(catalog[TestSource.ref("e0")] != nil && catalog[TestSource.ref("e1")] == nil)
            #expect(try await engine.violations(of: "test") == [])
        }
    }

    @Test(
        "where one miss is enough, a commit sends Redis the commands that it always did; else one more",
        arguments: [1, 2]
    )
    func commands(misses: Int) async throws {
        try await Self.with(misses: misses) { source, _, engine in
            source.list(Self.names.dropFirst(1).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            try await engine.operations.start("test")
            let before = try await Self.calls(engine)
            await engine.worker.perform(try #require(try await engine.claim().first))
            let after = try await Self.calls(engine)
            let removals = (after["srem"] ?? 0) - (before["srem"] ?? 0)
            // Two pages.
            #expect(removals == (misses == 1 ? 2 : 4))
            #expect(after["smismember"] == before["smismember"])
        }
    }

    /// How often Redis has run each command, those of scripts included.
    private static func calls(_ engine: TestEngine) async throws -> [String: Int] {
        let info = try await engine.store.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        var calls: [String: Int] = [:]
        for line in info.split(separator: "\r\n") where line.hasPrefix("cmdstat_") {
            let name = line.dropFirst(8).prefix { $0 != ":" }
            calls[String(name)] = Int(line.drop { $0 != "=" }.dropFirst().prefix { $0 != "," })
        }
        return calls
    }
}
