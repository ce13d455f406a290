import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

/// Who may ask, and what its answer may still do when it comes late.
extension PollerTests {
    @Test(
        "Q3: of two workers one asks at a time; the turn of one that died comes to the other when its lease has run out"
    )
    func oneAtATime() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            let other = try await engine.starting([.polled(source)]).worker
            source.set(TestFeed.id(1), nil)
            let asked = source.questions.count
            source.intercept { _ in
                source.intercept(nil)
                await other.poll("test")
                return nil
            }
            await poll(engine)
            #expect(source.questions.count == asked + 1)
            try await expectEqual(engine, source)

            source.set(TestFeed.id(2), nil)
            engine.time.advance(by: .seconds(31))
            let claim = try await engine.store.poll(.polled(source), every: .seconds(30), lease: .seconds(90))
            guard case .taken = claim else { throw Unexpected() }
            engine.time.advance(by: .seconds(80))
            await other.poll("test")
            #expect(source.questions.count == asked + 1)
            engine.time.advance(by: .seconds(11))
            await other.poll("test")
            try await expectEqual(engine, source)
        }
    }

    @Test("invariant 5: a worker whose turn another has taken applies nothing, however late its answer comes")
    func lateAnswer() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            let (other, time) = (try await engine.starting([.polled(source)]).worker, engine.time)
            source.set(TestFeed.id(1), [TestSource.entity("first")])
            source.intercept { _ in
                source.intercept(nil)
                time.advance(by: .seconds(300))
                await other.poll("test")
                source.set(TestFeed.id(1), [TestSource.entity("second")])
                // What this worker was told is older than what the other has applied and what has changed since.
                return Changes(
                    changed: [Change(id: TestFeed.id(1), entities: [TestSource.entity("stale")])],
                    cursor: 99
                )
            }
            await poll(engine)
            #expect(try await events(engine).flatMap { $0.added.map(\.entity.ref.name) } == ["first"])
            await poll(engine)
            try await expectEqual(engine, source)
        }
    }

    @Test("a page that was read before its record was told of brings back neither its old entities nor its old body")
    func olderPage() async throws {
        try await withFeed(TestFeed(names: Self.names, pageSize: 100)) { engine, source in
            try await engine.runCycle("test")
            try await engine.operations.start("test")
            let job = try #require(try await engine.claim().first)
            guard case .success(let begun?) = try await engine.store.begin(job, lease: engine.settings.lease) else {
                throw Unexpected()
            }
            let read = try await source.page(at: nil, using: ())
            let page = try PreparedPage(read, at: nil, of: .polled(source), events: begun.events)
            source.set(TestFeed.id(3), [TestSource.entity("renamed")])
            source.set(TestFeed.id(4), nil)
            source.set(TestFeed.id(5), [TestSource.entity("e5", title: "changed")])
            await poll(engine, after: .seconds(10))
            let committer = PageCommit(store: engine.store, provider: .polled(source), lease: engine.settings.lease)
            _ = try await committer.commit(page, of: begun)
            try await expectEqual(engine, source)
            engine.time.advance(by: engine.settings.lease)
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").completed == 2)
            try await expectEqual(engine, source)
        }
    }

    @Test(
        "a reply that was lost is asked for again: what is told is applied once, and the turn ends",
        arguments: [
            "poll", "changes", "polled",
        ]
    )
    func lostReply(_ name: String) async throws {
        let script = try #require(Scripts.all.first { $0.name == name })
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            _ = try await engine.store.redis.call("SCRIPT", "LOAD", script.source)
            source.set(TestFeed.id(1), [TestSource.entity("renamed")])
            source.set(TestFeed.id(2), nil)
            engine.time.advance(by: .seconds(31))
            try await withFaultyProxy(to: engine.store.redis.configuration) { proxy in
                try await withRedisClient(proxy.configuration) { client in
                    let time = engine.time
                    let worker = try Worker(
                        store: Store(redis: client, clockOffset: { time.milliseconds }),
                        providers: [.polled(source)],
                        settings: engine.settings,
                        logger: .quiet
                    )
                    try await worker.register()
                    proxy.loseReplies(toRequestsContaining: script.sha1)
                    await worker.poll("test")
                    #expect(proxy.connectionCount == 2)
                }
            }
            #expect(try await events(engine).count == 1)
            try await expectEqual(engine, source)
            let status = try await feed(engine)
            #expect(status.failures == 0 && status.told == 3 && status.caughtUpAt != nil)
        }
    }

    @Test("a feed is asked within its provider's budget of calls, and to wait for a call is no failure")
    func callBudget() async throws {
        try await withFeed { engine, source in
            source.intercept { _ in
                guard let calls = CallBudget.current else { throw SourceError(.refused, "no budget of calls") }
                try await calls.spend()
                return nil
            }
            try await engine.runCycle("test")
            _ = try await engine.store.postpone("test", for: .seconds(600))
            source.set(TestFeed.id(1), nil)
            await poll(engine)
            await poll(engine, after: .seconds(400))
            #expect(try await events(engine).isEmpty)
            #expect(try await feed(engine).failures == 0)
            await poll(engine, after: .seconds(300))
            try await expectEqual(engine, source)

            // What the feed is told holds for the pages too.
            source.intercept { _ in throw SourceError(.rateLimited, "slower", retryAfter: .seconds(500)) }
            await poll(engine)
            let status = try await engine.operations.status(of: "test")
            #expect(status.callsUntil ?? 0 > status.at + 400_000)
            #expect(status.feed?.error == "rate-limited: slower")
        }
    }
}
