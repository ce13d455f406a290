import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

/// A Redis that has as much as its maxmemory allows.
@Suite struct FullRedisTests {
    private static let names = (0..<30).map { "e\($0)" }

    private func fill(_ engine: TestEngine, _ isFull: Bool = true) async throws {
        _ = try await engine.store.redis.call("CONFIG", "SET", "maxmemory", isFull ? "1" : "0")
    }

    @Test("Redis is full in the middle of a cycle: pages that bring nothing new are marked, and the sweep frees memory")
    func sweeps() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([
            .test("test", source) {
                $0.burstLength = .zero; $0.rejectRemovalsAbovePercentage = 100
            }
        ]) { engine in
            try await engine.runCycle("test")
            // Whole pages are gone: what is left of the others is as it was.
            source.list(Self.names.prefix(20).map { TestSource.entity($0) })
            try await engine.operations.start("test")
            await engine.worker.perform(try #require(try await engine.claim().first))
            try await fill(engine)
            try await engine.runCycle("test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.known == 20 && status.counts.removed == 10)
            #expect(try await engine.catalog(of: "test").count == 20)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Redis is full: a page that adds entities waits, is no attempt, says why, and goes on by itself")
    func waits() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([
            .test("test", source) {
                $0.burstLength = .zero; $0.maxAttempts = 1
            }
        ]) { engine in
            await engine.worker.perform(try #require(try await engine.claim().first))
            try await fill(engine)
            for tries in 1...4 {
                engine.time.advance(by: .seconds(120))
                try await engine.drain()
                let status = try await engine.operations.status(of: "test")
                #expect(status.status == "waits for Redis" && status.redisErrors == tries && status.active == 0)
                #expect(status.waits == "redis" && status.givenUp == 0 && status.failures == 0)
                #expect(status.redisError?.contains("Redis is full: raise its maxmemory") == true)
            }
            #expect(try await engine.operations.dead().isEmpty)
            try await fill(engine, false)
            engine.time.advance(by: .seconds(120))
            try await engine.runCycle("test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.redisError == nil && status.redisErrors == 4)
            #expect(try await engine.catalog(of: "test").count == 30)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Redis is full when a worker starts: it takes jobs all the same, and the sweep that frees memory")
    func starts() async throws {
        let source = TestSource(names: Self.names)
        let provider = Provider.test("test", source) {
            $0.burstLength = .zero
            $0.rejectRemovalsAbovePercentage = 100
        }
        try await withEngine([provider]) { engine in
            try await Preflight.agreeOnLanes(engine.store)
            try await engine.runCycle("test")
            source.list(Self.names.prefix(20).map { TestSource.entity($0) })
            try await engine.operations.start("test")
            await engine.worker.perform(try #require(try await engine.claim().first))
            try await fill(engine)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.worker.run() }
                try await eventually { try await engine.operations.status(of: "test").counts.removed == 10 }
                group.cancelAll()
            }
        }
    }

    @Test("Redis is full before a cycle begins: it begins once there is memory")
    func begins() async throws {
        try await withEngine([.test("test", TestSource(names: Self.names))]) { engine in
            try await fill(engine)
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").redisErrors == 1)
            try await fill(engine, false)
            engine.time.advance(by: .seconds(10))
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 30)
        }
    }

    @Test("Redis is full: jobs are claimed, renewed, given back, failed and taken back, and people's commands work")
    func scripts() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source) { $0.burstLength = .zero }]) { engine in
            let (store, lane) = (engine.store, engine.store.lane(of: "test"))
            await engine.worker.perform(try #require(try await engine.claim().first))
            try await fill(engine)
            var job = try #require(try await engine.claim().first)
            #expect(try await store.renew([job], on: lane, lease: engine.settings.lease).isEmpty)
            #expect(try await store.release(job))
            job = try #require(try await engine.claim().first)
            #expect(try await store.finish(job, pause: .zero, reason: .interval) == .goesOn)
            job = try #require(try await engine.claim().first)
            let failed = try await store.fail(job, error: "no", backoff: .zero, maxAttempts: nil, rest: .zero)
            #expect(failed == .goesOn)
            job = try #require(try await engine.claim().first)
            engine.time.advance(by: engine.settings.lease + .seconds(1))
            job = try #require(try await engine.claim().first)
            #expect(try await store.expire(job, error: "gone", rest: .zero) == .goesOn)
            _ = try await store.spend(of: "test", at: CallRate(calls: 10, per: .seconds(1)), waiting: .zero)
            _ = try await store.postpone("test", for: .seconds(1))
            try await engine.operations.pause("test")
            try await engine.operations.resume("test")
            try await engine.operations.trigger("test")
            try await engine.operations.resync("test")
            try await engine.operations.cancel("test")
            try await engine.operations.start("test")
            try await engine.operations.purge("test", publish: true, locationKey: "test")
            #expect(try await engine.operations.status(of: "test").phase == .purged)
        }
    }

    @Test(
        "an answer of Redis's own is no attempt of the source's, whatever it is",
        arguments: ["OOM", "MISCONF", "BUSY", "LOADING", "READONLY", "NOREPLICAS"]
    )
    func ownErrors(_ prefix: String) async throws {
        let source = TestSource(names: Self.names)
        let provider = Provider.test("test", source) { $0.maxAttempts = 1 }
        try await withEngine([provider]) { engine in
            let refusal = "return redis.error_reply('\(prefix) not now')"
            var store = Store(
                redis: engine.store.redis,
                clockOffset: { engine.time.milliseconds },
                variant: { $0.name == "commit" ? RedisScript(name: "commit", source: refusal) : $0 }
            )
            store.resendFor = .zero
            let worker = try Worker(store: store, providers: [provider], logger: .quiet)
            for tries in 1...3 {
                await worker.perform(try #require(try await engine.claim().first))
                let status = try await engine.operations.status(of: "test")
                #expect(status.redisErrors == tries && status.failures == 0 && status.givenUp == 0)
                #expect(status.redisError?.contains("\(prefix) not now") == true && status.active == 0)
                engine.time.advance(by: .seconds(130))
            }
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 30)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }
}
