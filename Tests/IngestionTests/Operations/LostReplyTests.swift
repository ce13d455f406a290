import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

/// An operation whose reply is lost is sent again: what it did once is not done twice.
@Suite struct LostReplyTests {
    /// Runs `body` with operations that lose the reply of their next call of `script`; Redis knows the script.
    private func losing(
        _ script: RedisScript,
        _ engine: TestEngine,
        _ body: (Operations) async throws -> Void
    ) async throws {
        _ = try await engine.store.redis.call("SCRIPT", "LOAD", script.source)
        try await withFaultyProxy(to: engine.store.redis.configuration) { proxy in
            try await withRedisClient(proxy.configuration) { client in
                proxy.loseReplies(toRequestsContaining: script.sha1)
                let time = engine.time
                try await body(Operations(store: Store(redis: client, clockOffset: { time.milliseconds })))
                #expect(proxy.connectionCount == 2)
            }
        }
    }

    @Test("Q3: start, sent twice because its reply was lost, puts one job of one cycle into the queue")
    func start() async throws {
        try await withEngine([.test("test", TestSource(names: ["a", "b"]))]) { engine in
            try await engine.runCycle("test")
            try await losing(Scripts.start, engine) { try await $0.start("test") }
            #expect(try await engine.violations(of: "test").isEmpty)
            #expect(try await engine.claim().count == 1)
            engine.time.advance(by: .seconds(60))
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").completed == 2)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a cancelled provider that is resumed twice because a reply was lost starts one cycle, and no error is told")
    func resume() async throws {
        try await withEngine([.test("test", TestSource(names: ["a", "b"]))]) { engine in
            try await engine.runCycle("test")
            try await losing(Scripts.cancel, engine) { try await $0.cancel("test") }
            try await losing(Scripts.resume, engine) { try await $0.resume("test") }
            #expect(try await engine.claim().count == 1)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a held sweep that is approved twice because a reply was lost is swept once, and no error is told")
    func approve() async throws {
        let source = TestSource(names: ["a", "b"])
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            source.list([TestSource.entity("c")])
            try await engine.runAnotherCycle("test")
            try await losing(Scripts.approve, engine) { try await $0.approveSweep("test") }
            #expect(try await engine.violations(of: "test").isEmpty)
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").keys.sorted() == [TestSource.ref("c")])
        }
    }

    @Test("an event that is sent twice because a reply was lost is published once", arguments: [nil, "delivery-1"])
    func event(id: String?) async throws {
        let provider = Provider.test("test", TestSource(names: ["a", "b"]))
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            let event = try PreparedEvent(
                LiveEvent(added: [TestSource.entity("new")], removed: ["component:default/a"], id: id),
                of: provider
            )
            try await losing(Scripts.event, engine) { try await $0.apply(event, to: provider) }
            #expect(try await engine.deltas(of: "test").count { $0.origin == .event } == 1)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }
}
