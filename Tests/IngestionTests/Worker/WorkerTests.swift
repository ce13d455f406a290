import Catalog
import Ingestion
import Redis
import ServiceLifecycleTestKit
import TestSupport
import Testing

@Suite struct WorkerTests {
    @Test("U13: several bursts of one provider run at the same time, in one worker and in several")
    func burstsInParallel() async throws {
        let barrier = Barrier(6)
        let source = TestSource((0..<6).map { [TestSource.entity("c\($0)")] })
        source.intercept { cursor in
            if cursor != nil { await barrier.arrive() }
            return nil
        }
        let provider = Provider.test("test", source)
        try await withEngine([provider], settings: WorkerSettings(concurrency: 2)) { engine in
            let workers = try (0..<3).map { _ in try engine.anotherWorker([provider]) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { try await worker.run() } }
                try await eventually { try await engine.operations.status(of: "test").phase == .resting }
                group.cancelAll()
            }
            #expect(barrier.arrived == 6)
            #expect(try await engine.catalog(of: "test").count == 6)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Q6: after its connections are cut, a worker takes jobs again, and its health says when it did")
    func reconnects() async throws {
        let source = TestSource(names: (0..<50).map { "e\($0)" })
        let provider = Provider.test("test", source)
        try await withEngine([provider]) { engine in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.worker.run() }
                try await eventually { try await engine.operations.status(of: "test").completed == 1 }
                for round in 2...4 {
                    _ = try? await engine.store.redis.send(
                        RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")
                    )
                    try await eventually { (try? await engine.operations.start("test")) != nil }
                    try await eventually { (try? await engine.operations.status(of: "test").completed) == round }
                }
                #expect(engine.worker.health.sinceLastClaim != nil)
                group.cancelAll()
            }
            #expect(try await engine.catalog(of: "test").count == 50)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Q8: a worker listens for wake markers also while a claim of its own is under way")
    func listensDuringClaim() async throws {
        try await withEngine([]) { engine in
            let redis = engine.store.redis
            func listens() async throws -> Bool {
                try await redis.call("INFO", "clients").string?.contains("blocked_clients:1\r\n") == true
            }
            _ = try await redis.call("SCRIPT", "LOAD", Scripts.claim.source)
            try await withFaultyProxy(to: redis.configuration) { proxy in
                proxy.hold(.reply) { $0.starts(with: ["EVALSHA", Scripts.claim.sha1]) }
                try await withRedisClient(proxy.configuration) { client in
                    let worker = try Worker(store: Store(redis: client), providers: [], logger: .quiet)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await worker.run() }
                        try await eventually { proxy.isHolding }
                        try await eventually(listens)
                        // It takes the marker, and listens for the next.
                        _ = try await redis.call("ZADD", engine.store.lane(0).wake, "0", "wake")
                        #expect(try await redis.call("ZCARD", engine.store.lane(0).wake).int == 0)
                        try await eventually(listens)
                        proxy.letGo()
                        group.cancelAll()
                    }
                }
            }
        }
    }

    @Test("a graceful shutdown commits the page in hand and gives the job back without counting an attempt")
    func gracefulShutdown() async throws {
        let source = TestSource(names: (0..<100).map { "e\($0)" })
        let reading = Barrier(2)
        let goOn = Barrier(2)
        source.intercept { cursor in
            if cursor?["offset"] == 30 {
                await reading.arrive()
                await goOn.arrive()
            }
            return nil
        }
        let provider = Provider.test("test", source)
        try await withEngine([provider]) { engine in
            try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await engine.worker.run() }
                    await reading.arrive()
                    trigger.triggerGracefulShutdown()
                    await goOn.arrive()
                    try await group.waitForAll()
                }
            }
            let status = try await engine.operations.status(of: "test")
            #expect(status.counts.marked == 40 && status.failures == 0 && status.stalls == 0)
            #expect(try await engine.violations(of: "test").isEmpty)
            // It has taken its sign of life away.
            try await engine.worker.register()
            let job = try #require(try await engine.claim().first)
            #expect(job.attempts == 0 && job.pages == 4)
            await engine.worker.perform(job)
            try await engine.runCycle("test")
            #expect(source.reads.count { $0?["offset"] == 30 } == 1)
            #expect(try await engine.catalog(of: "test").count == 100)
        }
    }

    @Test("Q3: a worker that learns that its lease was revoked cancels that burst's task")
    func revokedBurstIsCancelled() async throws {
        let source = TestSource(names: (0..<20).map { "e\($0)" })
        let reading = Barrier(2)
        source.intercept { cursor in
            guard cursor != nil else { return nil }
            await reading.arrive()
            // Only its cancellation ends this read.
            try await Task.sleep(for: .seconds(3_600))
            return nil
        }
        let provider = Provider.test("test", source)
        let settings = WorkerSettings(lease: .milliseconds(300))
        try await withEngine([provider], settings: settings) { engine in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.worker.run() }
                await reading.arrive()
                try await engine.operations.pause("test")
                try await eventually {
                    let status = try await engine.operations.status(of: "test")
                    return status.active == 0 && status.waiting == 1
                }
                group.cancelAll()
            }
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Q11: consumers that fall behind throttle the provider, and nothing is dropped")
    func backpressure() async throws {
        let source = TestSource(names: (0..<200).map { "e\($0)" })
        let settings = WorkerSettings(limits: StreamLimits(maxPending: 5, maxLength: 1_000))
        try await withEngine([.test("test", source)], settings: settings) { engine in
            let keys = engine.store.keys(of: "test")
            let redis = engine.store.redis
            _ = try await redis.send(RedisCommand("XGROUP", "CREATE", keys.deltas, "catalog", "0", "MKSTREAM"))
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").status == "throttled")
            #expect(try await engine.deltas(of: "test").count < 10)
            for _ in 0..<200 where try await engine.operations.status(of: "test").phase != .resting {
                let read = RedisCommand(
                    "XREADGROUP",
                    "GROUP",
                    "catalog",
                    "c",
                    "COUNT",
                    "3",
                    "STREAMS",
                    keys.deltas,
                    ">"
                )
                for entry in try await redis.send(read).array?.first?.array?[1].array ?? [] {
                    _ = try await redis.send(RedisCommand("XACK", keys.deltas, "catalog", entry.array?[0].string ?? ""))
                }
                engine.time.advance(by: .seconds(2))
                try await engine.drain()
            }
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").count == 200)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Redis that may evict keys is refused, and so is another number of lanes")
    func preflight() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            try await Preflight.agreeOnLanes(engine.store)
            let other = Store(redis: engine.store.redis, lanes: 4)
            await #expect(throws: StoreError.self) { try await Preflight.agreeOnLanes(other) }
            _ = try await Preflight.inspect(engine.store.redis)
            _ = try await engine.store.redis.send(RedisCommand("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"))
            let error = await #expect(throws: StoreError.self) { try await Preflight.inspect(engine.store.redis) }
            #expect(error?.message.contains("noeviction") == true)
        }
    }

    @Test("I5: what is kept for a cycle does not grow with the source, but for its refs and digests")
    func stateIsBounded() async throws {
        let source = TestSource(names: (0..<3_000).map { "e\($0)" }, pageSize: 30)
        try await withEngine([.test("test", source) { $0.burstLength = .zero }]) { engine in
            var largest = 0
            for _ in 0..<60 {
                let job = try #require(try await engine.claim().first)
                await engine.worker.perform(job)
                let key = engine.store.lane(of: "test").job(job.id)
                let size = try await engine.store.redis.send(RedisCommand("MEMORY", "USAGE", key)).int ?? 0
                largest = max(largest, Int(size))
            }
            #expect(largest < 1_024)
            #expect((try await engine.store.redis.send(RedisCommand("DBSIZE")).int ?? 0) < 20)
        }
    }
}
