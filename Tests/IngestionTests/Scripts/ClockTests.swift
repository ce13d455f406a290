import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

/// The server's clock was a day ahead, and is set back: nothing waits for that day.
@Suite struct ClockTests {
    private static let day = Duration.seconds(24 * 60 * 60)

    @Test("a lease ends after its length from now, and another worker has the job")
    func leases() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            engine.time.advance(by: Self.day)
            let job = try #require(try await engine.claim().first)
            engine.time.advance(by: .zero - Self.day)
            #expect(try await engine.claim().isEmpty)
            engine.time.advance(by: engine.settings.lease + .seconds(1))
            let again = try #require(try await engine.claim().first)
            #expect(again.id == job.id && again.fence > job.fence)
        }
    }

    @Test("a pause ends after its length from now, and people see that")
    func pauses() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            engine.time.advance(by: Self.day)
            let job = try #require(try await engine.claim().first)
            try await engine.store.finish(job, pause: .seconds(60), reason: .interval)
            engine.time.advance(by: .zero - Self.day)
            #expect(try await engine.claim().isEmpty)
            let status = try await engine.operations.status(of: "test")
            #expect(try #require(status.due) <= status.at + 60_000)
            engine.time.advance(by: .seconds(61))
            #expect(try await engine.claim().map(\.id) == [job.id])
        }
    }

    @Test("a pause that is too long is found among many that may be longer")
    func amongMany() async throws {
        let others = (0..<60).map { number in Provider.test("p\(number)", TestSource(names: ["a"])) }
        let source = TestSource(names: ["a"])
        try await withEngine(others) { engine in
            // All rest for a day.
            try await engine.drain()
            _ = try await engine.store.register(.test("test", source), limits: engine.settings.limits)
            engine.time.advance(by: .seconds(3_600))
            let job = try #require(try await engine.claim().first)
            try await engine.store.finish(job, pause: .seconds(60), reason: .interval)
            engine.time.advance(by: .seconds(-3_600))
            // An idle worker asks every five seconds.
            var claims = 0
            while try await engine.claim().isEmpty, claims < 600 {
                claims += 1
                engine.time.advance(by: .seconds(5))
            }
            #expect(claims < 600)
        }
    }

    @Test("what the source asked for ends after its length from now")
    func calls() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            engine.time.advance(by: Self.day)
            _ = try await engine.store.postpone("test", for: .seconds(60))
            engine.time.advance(by: .zero - Self.day)
            guard case .held(let wait) = try await engine.store.spend(of: "test", at: nil, waiting: .zero) else {
                throw Unexpected()
            }
            #expect(wait <= .seconds(60))
            engine.time.advance(by: .seconds(61))
            #expect(try await engine.store.spend(of: "test", at: nil, waiting: .zero) == .go(.zero))
        }
    }

    @Test(
        "a feed is asked again after its pause, and the turn of a poller that died ends with its lease",
        arguments: [false, true]
    )
    func feed(dies: Bool) async throws {
        let source = TestFeed(names: ["a", "b"])
        let provider = Provider.test("test", source) { $0.changes = .seconds(30) }
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            engine.time.advance(by: Self.day)
            let lease = Duration.seconds(90)
            guard case .taken(let turn) = try await engine.store.poll(provider, every: .seconds(30), lease: lease)
            else {
                throw Unexpected()
            }
            if !dies {
                _ = try await engine.store.end(turn, .told(hasMore: false), of: "test", pause: .seconds(30))
            }
            engine.time.advance(by: .zero - Self.day)
            guard case .wait = try await engine.store.poll(provider, every: .seconds(30), lease: lease) else {
                throw Unexpected()
            }
            engine.time.advance(by: dies ? .seconds(91) : .seconds(31))
            guard case .taken = try await engine.store.poll(provider, every: .seconds(30), lease: lease) else {
                throw Unexpected()
            }
        }
    }

    @Test("a worker that died while the clock was ahead is not counted as living")
    func workers() async throws {
        try await withEngine([]) { engine in
            engine.time.advance(by: Self.day)
            try await engine.store.announce(WorkerIdentity(), slots: 1, running: [])
            #expect(try await engine.store.workers().count == 1)
            engine.time.advance(by: .zero - Self.day)
            #expect(try await engine.store.workers().isEmpty)
            #expect(try await engine.operations.livingWorkers() == 0)
            let other = WorkerIdentity()
            try await engine.store.announce(other, slots: 1, running: [])
            engine.time.advance(by: .seconds(20))
            try await engine.store.announce(other, slots: 1, running: [])
            engine.time.advance(by: .seconds(20))
            #expect(try await engine.store.workers().map(\.id) == [other.id])
        }
    }

    @Test("ids of events that came while the clock was ahead are kept no longer than others, and go no later")
    func deliveries() async throws {
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider]) { engine in
            let event = { PreparedEvent(added: [], removed: [], id: $0) }
            engine.time.advance(by: Self.day)
            try await engine.operations.apply(event("first"), to: provider)
            engine.time.advance(by: .zero - Self.day)
            try await engine.operations.apply(event("second"), to: provider)
            let key = engine.store.keys(of: "test").deliveries
            let scores = try await engine.store.redis.call("ZRANGE", key, "0", "-1", "WITHSCORES").array ?? []
            #expect(scores.count == 4 && scores[1].string == scores[3].string)
            #expect(try await engine.operations.apply(event("first"), to: provider).isDuplicate)
        }
    }
}
