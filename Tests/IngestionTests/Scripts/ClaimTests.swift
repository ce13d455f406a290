import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct ClaimTests {
    @Test("Q1: a job that was popped by a worker that died at once comes back with its cursor")
    func popAndBookkeepingAreOne() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            let first = try await engine.claim()
            #expect(first.count == 1)
            #expect(try await engine.claim().isEmpty)
            #expect(try await engine.violations(of: "test").isEmpty)

            engine.time.advance(by: engine.settings.lease + .seconds(1))
            let second = try await engine.claim()
            #expect(second.map(\.id) == first.map(\.id))
            #expect(second[0].fence > first[0].fence)
        }
    }

    @Test("Q2: what is in flight is recorded once, in the leases")
    func oneRecordOfWhatIsInFlight() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            let job = try #require(try await engine.claim().first)
            let lane = engine.store.lane(of: "test")
            let redis = engine.store.redis
            #expect(try await redis.send(RedisCommand("ZRANGE", lane.leased, "0", "-1")).array?.count == 1)
            #expect(try await redis.send(RedisCommand("LLEN", lane.ready)).int == 0)
            #expect(try await redis.send(RedisCommand("ZCARD", lane.delayed)).int == 0)
            try await engine.store.release(job)
            #expect(try await redis.send(RedisCommand("ZCARD", lane.leased)).int == 0)
            #expect(try await redis.send(RedisCommand("LRANGE", lane.ready, "0", "-1")).array?.count == 1)
        }
    }

    @Test("Q4: a lease that is renewed is not taken back, however long the page takes")
    func renewedLeasesAreKept() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            let job = try #require(try await engine.claim().first)
            let lane = engine.store.lane(of: "test")
            for _ in 0..<10 {
                engine.time.advance(by: engine.settings.lease * 0.9)
                #expect(try await engine.store.renew([job], on: lane, lease: engine.settings.lease).isEmpty)
                #expect(try await engine.claim().isEmpty)
            }
        }
    }

    @Test("a worker whose claim Redis has lost writes nothing, though the job was claimed by another since")
    func claimThatWasLost() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            try await engine.store.redis.copyDatabase(from: 0, to: 1)
            let lost = try #require(try await engine.claim().first)
            // A replica that had not heard of it takes over.
            engine.time.advance(by: .seconds(1))
            try await engine.store.redis.copyDatabase(from: 1, to: 0)
            let claimed = try #require(try await engine.claim().first)
            #expect(claimed.id == lost.id && claimed.fence > lost.fence)
            for (job, isRefused) in [(lost, true), (claimed, false)] {
                let begun = try await engine.store.begin(job, point: .none, lease: engine.settings.lease)
                if case .failure = begun { #expect(isRefused) } else { #expect(!isRefused) }
            }
        }
    }

    @Test("Q5: deliveries, stalls and attempts are counted apart, and a page that kills its worker pauses")
    func stallsAreNotAttempts() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            for stall in 1...3 {
                let job = try #require(try await engine.claim().first)
                #expect(job.attempts == 0)
                engine.time.advance(by: engine.settings.lease + .seconds(1))
                if stall < 3 {
                    #expect(try await engine.operations.status(of: "test").stalls == stall - 1)
                }
            }
            // The third stall in a row sends it to a pause instead of to the next worker.
            #expect(try await engine.claim().isEmpty)
            let status = try await engine.operations.status(of: "test")
            #expect(status.stalls == 3)
            #expect(status.error?.contains("3 times in a row") == true)
            engine.time.advance(by: .seconds(61))
            let again = try await engine.claim()
            #expect(again.count == 1 && again[0].attempts == 0)
        }
    }

    @Test("Q5: a page that kills its worker again and again is set aside for longer each time, and never given up")
    func setAside() async throws {
        let pauses = [60, 300, 1_800, 10_800, 10_800]
        let provider = Provider.test("test", TestSource(names: ["a"])) { $0.maxAttempts = 1 }
        try await withEngine([provider]) { engine in
            func stall() async throws {
                #expect(try await engine.claim().count == 1)
                engine.time.advance(by: engine.settings.lease + .seconds(1))
            }
            for _ in 0..<2 { try await stall() }
            for (index, pause) in pauses.enumerated() {
                // Once it was set aside, it kills one worker each time, and not three.
                try await stall()
                #expect(try await engine.claim().isEmpty)
                let status = try await engine.operations.status(of: "test")
                #expect(status.setAside == index + 1 && status.status == "backing off" && status.active == 0)
                #expect(status.failures == 0 && status.givenUp == 0)
                engine.time.advance(by: .seconds(pause - 5))
                #expect(try await engine.claim().isEmpty)
                engine.time.advance(by: .seconds(6))
            }
            try await engine.runCycle("test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.setAside == 0)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("Q5: a job given back at shutdown counts neither an attempt nor a stall")
    func releaseCountsNothing() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            for _ in 0..<5 { try await engine.store.release(try #require(try await engine.claim().first)) }
            let job = try #require(try await engine.claim().first)
            #expect(job.attempts == 0)
            #expect(try await engine.operations.status(of: "test").stalls == 0)
            let deliveries = RedisCommand("HGET", engine.store.lane(of: "test").job(job.id), "deliveries")
            #expect(try await engine.store.redis.send(deliveries).int == 1)
        }
    }

    @Test("Q8: a claim says when something is due, so nobody polls")
    func saysWhatIsDue() async throws {
        let source = TestSource(names: ["a"])
        try await withEngine([.test("test", source) { $0.restLength = .seconds(100) }]) { engine in
            try await engine.drain()
            let claim = try await engine.store.claim(1, on: engine.store.lane(0), lease: .seconds(30))
            #expect(claim.jobs.isEmpty)
            let due = try #require(claim.due)
            #expect(due > .seconds(90) && due <= .seconds(100))
        }
    }

    @Test("what a provider waits for is told until it has come and a worker has the job")
    func waitIsOver() async throws {
        let source = TestSource(names: ["a"])
        try await withEngine([.test("test", source) { $0.restLength = .seconds(100) }]) { engine in
            try await engine.drain()
            #expect(try await engine.claim().isEmpty)
            let resting = try await engine.operations.status(of: "test")
            #expect(resting.waits == "rest" && resting.due != nil)
            engine.time.advance(by: .seconds(101))
            #expect(try await engine.operations.status(of: "test").due != nil)
            #expect(try await engine.claim().count == 1)
            let begun = try await engine.operations.status(of: "test")
            #expect(begun.waits == nil && begun.due == nil)
        }
    }

    @Test("Q8: a worker that cannot take what is ready passes the wake marker on")
    func passesTheMarkerOn() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            let lane = engine.store.lane(0)
            let pop = RedisCommand("ZPOPMIN", lane.wake)
            let first = try await engine.store.redis.send(pop).array
            let none = try await engine.store.redis.send(pop).array
            #expect(first?.isEmpty == false && none?.isEmpty == true)
            let claim = try await engine.store.claim(0, on: lane, lease: .seconds(30))
            let passedOn = try await engine.store.redis.send(pop).array
            #expect(claim.jobs.isEmpty && passedOn?.isEmpty == false)
        }
    }

    @Test("at most `concurrency` jobs of a provider are ready or leased, and none is forgotten")
    func concurrencyIsKept() async throws {
        let chains = (0..<20).map { chain in [TestSource.entity("c\(chain)")] }
        let source = TestSource(chains)
        try await withEngine([.test("test", source) { $0.concurrency = 3 }]) { engine in
            await engine.worker.perform(try #require(try await engine.claim().first))
            let status = try await engine.operations.status(of: "test")
            #expect(status.active == 3)
            #expect(status.waiting == 17)
            #expect(try await engine.claim().count == 3)
            #expect(try await engine.claim().isEmpty)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("one provider's fork does not keep another from its turn")
    func noProviderStarvesAnother() async throws {
        let wide = TestSource((0..<500).map { [TestSource.entity("w\($0)")] })
        let narrow = TestSource(names: ["n"])
        try await withEngine([.test("wide", wide) { $0.concurrency = 4 }, .test("narrow", narrow)]) { engine in
            let jobs = try await engine.claim()
            for job in jobs where job.provider == "wide" { await engine.worker.perform(job) }
            for job in jobs where job.provider == "narrow" { try await engine.store.release(job) }
            #expect(try await engine.claim(5).contains { $0.provider == "narrow" })
        }
    }
}
