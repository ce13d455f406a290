import Catalog
import MetricsTestKit
import Redis
import Synchronization
import TestSupport
import Testing

@testable import Ingestion

/// What the engine counts, to the last one.
@Suite struct EngineMetricsTests {
    private struct Counted {
        let metrics = TestMetrics()

        /// What is not 0 of a name, by the words behind the provider.
        func callAsFunction(_ metric: EngineMetric) -> [String: Int64] {
            let counters = metrics.counters(label: metric.rawValue)
            let pairs = counters.map { counter in
                (counter.dimensions.dropFirst().map(\.1).joined(separator: " "), counter.totalValue)
            }
            return Dictionary(uniqueKeysWithValues: pairs).filter { $0.value != 0 }
        }

        func total(_ metric: EngineMetric) -> Int64 { metrics.counterTotal(label: metric.rawValue) }

        func times(_ metric: EngineMetric, _ label: String? = nil) -> Int {
            metrics.timers(label: metric.rawValue)
                .filter { timer in label.map { word in timer.dimensions.contains { $0.1 == word } } ?? true }
                .reduce(0) { $0 + $1.values.count }
        }
    }

    private func endings(_ engine: TestEngine) async throws -> [CycleRecord.Outcome: Int] {
        try await engine.operations.status(of: "test").endings.filter { $0.value > 0 }
    }

    @Test("pages, entities by what became of them, bursts and ends of cycles are counted exactly")
    func wholeCycles() async throws {
        let counted = Counted()
        let source = TestSource(names: (0..<25).map { "e\($0)" })
        try await withEngine([.test("test", source)], metrics: counted.metrics) { engine in
            // All is there from the beginning.
            #expect(counted.metrics.counters.allSatisfy { $0.totalValue == 0 })
            #expect(counted.metrics.counters(label: EngineMetric.bursts.rawValue).count == 10)
            try await engine.runCycle("test")
            #expect(counted(.pages) == ["": 3] && counted(.entities) == ["added": 25])
            // One for the pages, one for the sweep.
            #expect(counted(.bursts) == ["ended": 2] && counted.times(.burstDuration) == 2)
            #expect(counted.times(.pageDuration) == 3 && counted.times(.scriptDuration, "commit") == 3)

            // Ten less, one changed, one of no name, one twice.
            var entities = (0..<15).map { TestSource.entity("e\($0)") }
            entities[3] = TestSource.entity("e3", title: "other")
            entities += [TestSource.entity("-"), TestSource.entity("e14")]
            source.list(entities)
            try await engine.runAnotherCycle("test")
            #expect(counted(.pages) == ["": 5])
            #expect(
                counted(.entities) == [
                    "added": 25, "unchanged": 14, "changed": 1, "rejected": 1, "removed": 10, "duplicate": 1,
                ]
            )
            #expect(try await endings(engine) == [.completed: 2])
            #expect(counted(.retries).isEmpty && counted(.leasesLost).isEmpty && counted(.sweepsHeld).isEmpty)
        }
    }

    @Test("a sweep that is held, approved or discarded, and a cycle that is cancelled, count for each end")
    func ends() async throws {
        let counted = Counted()
        let source = TestSource(names: ["a", "b"])
        try await withEngine([.test("test", source) { $0.maxAttempts = 2 }], metrics: counted.metrics) { engine in
            let operations = engine.operations
            try await engine.runCycle("test")
            source.list([JSONText]())
            try await engine.runAnotherCycle("test")
            try await operations.discardSweep("test")
            #expect(try await endings(engine) == [.completed: 1, .held: 1, .discarded: 1])
            try await engine.runAnotherCycle("test")
            try await operations.approveSweep("test")
            try await engine.runCycle("test")
            #expect(try await endings(engine) == [.completed: 2, .held: 2, .discarded: 1])
            #expect(counted(.sweepsHeld) == ["": 2] && counted(.entities)["removed"] == 2)

            // Cancelled, by whomever, in the midst of a page; then once more, when nothing goes on.
            source.list([TestSource.entity("a")])
            source.intercept { _ in
                try await operations.cancel("test")
                return nil
            }
            try await engine.runAnotherCycle("test")
            source.intercept(nil)
            try await operations.cancel("test")
            #expect(try await endings(engine)[.cancelled] == 1)
            #expect(counted(.bursts)["revoked"] == 1)

            // Fails twice, the second time for good.
            source.intercept { _ in throw SourceError(.unavailable, "HTTP 503") }
            try await operations.start("test")
            await engine.worker.perform(try #require(try await engine.claim().first))
            #expect(counted(.retries) == ["": 1] && counted(.bursts)["failed"] == 1)
            engine.time.advance(by: .seconds(4_000))
            try await engine.drain()
            #expect(counted(.retries) == ["": 1] && counted(.bursts)["failed"] == 2)
            let status = try await operations.status(of: "test")
            #expect(status.endings[.failed] == 1 && status.failedAt != nil)
            // Its dead job runs again: one more end of the same cycle.
            source.intercept(nil)
            for job in try await operations.dead("test") { try await operations.retry(job.id) }
            try await engine.runCycle("test")
            let last = try await endings(engine)
            #expect(last == [.completed: 3, .held: 2, .discarded: 1, .cancelled: 1, .failed: 1])
            // A purge keeps what was counted.
            try await operations.purge("test", publish: false, locationKey: "test")
            #expect(try await endings(engine) == last)

            source.intercept { _ in throw SourceError(.cursorExpired, "HTTP 410") }
            try await operations.start("test")
            await engine.worker.perform(try #require(try await engine.claim().first))
            #expect(try await endings(engine)[.expired] == 1 && counted(.bursts)["expired"] == 1)
        }
    }

    @Test("calls that are put off are counted by whom, and each time that a source asks for fewer")
    func calls() async throws {
        let counted = Counted()
        let source = TestSource(names: (0..<30).map { "e\($0)" })
        source.intercept { _ in
            try await CallBudget.current?.spend()
            return nil
        }
        let provider = Provider.test("test", source) { $0.callRate = CallRate(calls: 1, per: .seconds(600)) }
        try await withEngine([provider], metrics: counted.metrics) { engine in
            try await engine.drain()
            #expect(counted(.pages) == ["": 1] && counted(.callsDeferred) == ["rate": 1])
            #expect(counted(.bursts) == ["deferred": 1])
            source.intercept { _ in throw SourceError(.rateLimited, "slow down", retryAfter: .seconds(5_000)) }
            engine.time.advance(by: .seconds(800))
            try await engine.drain()
            #expect(counted(.sourcePauses) == ["": 1] && counted(.retries).isEmpty)
            // Its page is due again, and no call of it: its burst is not begun.
            _ = try await engine.store.postpone("test", for: .seconds(50_000))
            engine.time.advance(by: .seconds(10_000))
            try await engine.drain()
            #expect(counted(.callsDeferred) == ["rate": 1, "source": 1])
            #expect(counted(.bursts) == ["deferred": 3])
        }
    }

    @Test("a lease that ran out is counted by who lost it, and by Redis, whoever that was")
    func leases() async throws {
        let counted = Counted()
        let source = TestSource(names: ["a"])
        try await withEngine([.test("test", source)], metrics: counted.metrics) { engine in
            source.intercept { _ in
                // It stands still for so long that another has the job.
                engine.time.advance(by: .seconds(100))
                _ = try await engine.claim()
                return nil
            }
            await engine.worker.perform(try #require(try await engine.claim().first))
            #expect(counted(.leasesLost) == ["": 1] && counted(.bursts) == ["lost": 1])
            #expect(try await engine.operations.status(of: "test").stalls == 1)
            #expect(counted(.pages).isEmpty && counted(.entities).isEmpty)
        }
    }

    @Test("reading that consumers hold up is counted")
    func throttling() async throws {
        let counted = Counted()
        let source = TestSource(names: (0..<50).map { "e\($0)" })
        let settings = WorkerSettings(limits: StreamLimits(maxPending: 1_000, maxLength: 2))
        try await withEngine([.test("test", source)], settings: settings, metrics: counted.metrics) { engine in
            try await engine.drain()
            #expect(counted(.throttled) == ["": 1] && counted(.bursts) == ["throttled": 1])
        }
    }

    @Test("a worker tells when a claim was answered, and how long its scripts take; another counts apart from it")
    func worker() async throws {
        let (counted, other) = (Counted(), Counted())
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider], metrics: counted.metrics) { engine in
            _ = try Worker(store: engine.store, providers: [provider], metrics: other.metrics, logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.worker.run() }
                try await eventually { try await engine.operations.status(of: "test").completed == 1 }
                group.cancelAll()
            }
            let claimed = try counted.metrics.expectGauge(EngineMetric.lastClaim.rawValue).lastValue ?? 0
            #expect(claimed > 1.7e9)
            #expect(counted.times(.scriptDuration, "claim") > 0 && counted.times(.scriptDuration, "sweep") > 0)
            let names = Set(Scripts.all.map(\.name))
            #expect(counted.metrics.timers(label: EngineMetric.scriptDuration.rawValue).count == names.count)
            #expect(other.metrics.counters.allSatisfy { $0.totalValue == 0 } && other.times(.scriptDuration) == 0)
        }
    }

    @Test("what a feed tells of is counted")
    func changes() async throws {
        let counted = Counted()
        let source = TestFeed(names: (0..<10).map { "e\($0)" })
        try await withEngine([.polled(source)], metrics: counted.metrics) { engine in
            try await engine.runCycle("test")
            source.set(TestFeed.id(1), [TestSource.entity("e1", title: "changed")])
            source.set(TestFeed.id(2), nil)
            source.set(TestFeed.id(3), [TestSource.entity("e3")])
            engine.time.advance(by: .seconds(100))
            await engine.worker.poll("test")
            #expect(counted(.changes) == ["published": 1, "unchanged": 1, "removed": 1])
        }
    }
}
