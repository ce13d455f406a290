import Catalog
import Redis
import ServiceLifecycleTestKit
import Synchronization
import TestSupport
import Testing

@testable import Ingestion

/// Bursts of sources that ask for their calls.
@Suite struct CallBudgetTests {
    /// Runs what is due on several workers at a time, moving time a second further each time, until the cycle has ended.
    private func runCycle(_ engine: TestEngine, on workers: [Worker]) async throws {
        for _ in 0..<10_000 {
            let jobs = try await engine.claim()
            await withDiscardingTaskGroup { group in
                for (number, job) in jobs.enumerated() {
                    group.addTask { await workers[number % workers.count].perform(job) }
                }
            }
            if try await engine.operations.status(of: "test").phase == .resting { return }
            if jobs.isEmpty { engine.time.advance(by: .seconds(1)) }
        }
    }

    @Test("four workers over 16 chains send no more calls than the rate, and refused ones are no failures")
    func fourWorkers() async throws {
        let rate = CallRate(calls: 100, per: .seconds(60))
        let source = TestSource((0..<16).map { c in (0..<150).map { TestSource.entity("c\(c)-\($0)") } })
        let provider = Provider.test("test", source) {
            ($0.callRate, $0.burstLength, $0.concurrency) = (rate, .milliseconds(1), 16)
        }
        try await withEngine([provider]) { engine in
            let clock = RedisClock(engine)
            source.intercept { _ in
                try await clock.note {
                    try await CallBudget.current?.spend()
                    return .zero
                }
                return nil
            }
            let workers = try (0..<4).map { _ in try engine.anotherWorker([provider]) }
            try await runCycle(engine, on: workers)
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.known == 2_400 && status.failures == 0 && status.stalls == 0)
            #expect(status.counts.pages == 241 && clock.count == 241)
            #expect(clock.allows(rate))
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("people are told that a provider waits for its call rate")
    func status() async throws {
        let source = TestSource(names: (0..<30).map { "e\($0)" })
        source.intercept { _ in
            try await CallBudget.current?.spend()
            return nil
        }
        let provider = Provider.test("test", source) { $0.callRate = CallRate(calls: 1, per: .seconds(600)) }
        try await withEngine([provider]) { engine in
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.status == "rate limited" && status.waits == "calls" && status.failures == 0)
            #expect(try #require(status.due) > status.at + 500_000)
            #expect(status.counts.pages == 1)
        }
    }

    @Test(
        "U8: once the source asks to be left alone, no chain on any worker reads before that time, and then each does"
    )
    func leftAlone() async throws {
        let source = TestSource((0..<20).map { c in (0..<20).map { TestSource.entity("c\(c)-\($0)") } })
        let isDone = Mutex(false)
        source.intercept { cursor in
            guard cursor?["chain"] == 3,
                !isDone.withLock({ done in
                    defer { done = true }; return done
                })
            else { return nil }
            throw SourceError(.rateLimited, "slow down", retryAfter: .seconds(500))
        }
        let provider = Provider.test("test", source) { ($0.concurrency, $0.burstLength) = (4, .milliseconds(1)) }
        try await withEngine([provider]) { engine in
            try await engine.drain()
            let reads = source.reads.count
            // Not to the last second: Redis's clock goes on beside.
            for _ in 0..<40 {
                engine.time.advance(by: .seconds(10))
                try await engine.drain()
            }
            #expect(source.reads.count == reads)
            let status = try await engine.operations.status(of: "test")
            #expect(status.status == "rate limited" && status.failures == 0 && status.rateLimits > 0)
            engine.time.advance(by: .seconds(160))
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").count == 400)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("chains that were held come back after the time, and not all in the same moment")
    func spread() async throws {
        let source = TestSource((0..<40).map { [TestSource.entity("c\($0)")] })
        let provider = Provider.test("test", source) { $0.concurrency = 50 }
        try await withEngine([provider]) { engine in
            await engine.worker.perform(try #require(try await engine.claim().first))
            _ = try await engine.store.postpone("test", for: .seconds(100))
            try await engine.drain()
            let delayed =
                try await engine.store.redis.call(
                    "ZRANGE",
                    engine.store.lane(of: "test").delayed,
                    "0",
                    "-1",
                    "WITHSCORES"
                ).array?.compactMap(\.string) ?? []
            let due = stride(from: 1, to: delayed.count, by: 2).compactMap { Int64(delayed[$0]) }
            let until = try #require(try await engine.operations.status(of: "test").callsUntil)
            #expect(due.count == 40)
            #expect(due.allSatisfy { $0 >= until })
            #expect(Set(due).count > 20)
        }
    }

    @Test("a page of many calls waits for them in place, and the wait is no time of the page's")
    func manyCalls() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { _ in
            for _ in 0..<12 { try await CallBudget.current?.spend() }
            return nil
        }
        let provider = Provider.test("test", source) {
            ($0.callRate, $0.pageTimeout) = (CallRate(calls: 10, per: .seconds(400)), .seconds(100))
        }
        try await withEngine([provider]) { engine in
            let clock = EagerClock(engine.time, movedByUpTo: .seconds(60))
            let worker = try Worker(store: engine.store, providers: [provider], clock: clock, logger: .quiet)
            await worker.perform(try #require(try await engine.claim().first))
            let status = try await engine.operations.status(of: "test")
            #expect(status.known == 1 && status.counts.pages == 1 && status.failures == 0)
            #expect(clock.now.offset > provider.pageTimeout)
        }
    }

    @Test("a worker that is to stop does not wait for its calls, and counts no attempt")
    func shutdown() async throws {
        let source = TestSource(names: (0..<20).map { "e\($0)" })
        let isWaiting = Barrier(2)
        source.intercept { cursor in
            if cursor != nil { await isWaiting.arrive() }
            try await CallBudget.current?.spend()
            return nil
        }
        let provider = Provider.test("test", source) {
            ($0.callRate, $0.pageTimeout) = (CallRate(calls: 1, per: .seconds(3_600)), .seconds(1_000_000))
            $0.burstLength = .seconds(1_000_000)
        }
        try await withEngine([provider]) { engine in
            try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await engine.worker.run() }
                    await isWaiting.arrive()
                    trigger.triggerGracefulShutdown()
                    try await group.waitForAll()
                }
            }
            let status = try await engine.operations.status(of: "test")
            #expect(status.counts.pages == 1 && status.failures == 0 && status.stalls == 0)
            // It has ended.
            try await engine.worker.register()
            let job = try #require(try await engine.claim().first)
            #expect(job.attempts == 0 && job.pages == 1)
        }
    }

    @Test("outside of the engine there is no budget")
    func none() {
        #expect(CallBudget.current == nil)
    }
}
