import Catalog
import Redis
import TestSupport
import Testing
import Tracing

@testable import Ingestion

@Suite struct EngineSpanTests {
    private static let names = (0..<25).map { "e\($0)" }
    private static let other = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    /// Runs `body` with the engine, whose spans are given to it.
    private func withTracedEngine(
        _ provider: Provider,
        _ tracer: TestTracer = TestTracer(),
        _ body: (TestEngine, TestTracer) async throws -> Void
    ) async throws {
        try await withTracer(tracer) {
            try await withEngine([provider]) { engine in
                try await body(engine, tracer)
                #expect(try await engine.violations(of: provider.name) == [])
                #expect(tracer.spans.allSatisfy { $0.isEnded })
            }
        }
    }

    @Test(
        "a cycle is a trace for each burst: pages and commits under the burst that made them, the sweep under its own"
    )
    func tree() async throws {
        try await withTracedEngine(.test("test", TestSource(names: Self.names))) { engine, tracer in
            try await engine.runCycle("test")
            let bursts = tracer.spans("burst")
            #expect(bursts.map { $0[LogKey.kind] } == ["cycle", "sweep"])
            #expect(bursts.allSatisfy { $0.parent == nil } && Set(bursts.map(\.traceID)).count == 2)
            let (reading, sweeping) = (bursts[0], bursts[1])
            #expect(tracer.spans("page").map(\.parent) == Array(repeating: reading.traceparent, count: 3))
            #expect(tracer.spans("commit").map(\.parent) == Array(repeating: reading.traceparent, count: 3))
            #expect(tracer.spans("sweep").map(\.parent) == [sweeping.traceparent])
            #expect(tracer.spans.count == 9)
            #expect(tracer.spans.allSatisfy { $0[LogKey.provider] == "test" && $0.errors.isEmpty })

            #expect(reading[LogKey.burstOutcome] == "ended" && reading[LogKey.burstPages] == "3")
            #expect(reading[LogKey.generation] == "1" && reading[LogKey.attempts] == "0")
            #expect(reading[LogKey.job]?.hasPrefix("test:") == true && reading[LogKey.fence] != nil)
            #expect(tracer.spans("page").map { $0[LogKey.pageEntities] } == ["10", "10", "5"])
            #expect(tracer.spans("commit").map { $0[LogKey.added] } == ["10", "10", "5"])
            #expect(tracer.spans("commit").map { $0[LogKey.sequence] } == ["1", "2", "3"])
            #expect(tracer.spans("commit").allSatisfy { $0.kind == .producer })
        }
    }

    @Test("every entry names the span that published it")
    func traceparentOfEntries() async throws {
        let source = TestSource(names: Self.names)
        try await withTracedEngine(.test("test", source)) { engine, tracer in
            try await engine.runCycle("test")
            source.list(Self.names.prefix(20).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            let deltas = try await engine.deltas(of: "test")
            let bursts = tracer.spans("burst").filter { $0[LogKey.kind] == "cycle" }.map(\.traceparent)
            #expect(deltas.filter { $0.type == .cycleStarted }.map(\.traceparent) == bursts)
            let commits = tracer.spans("commit").filter { $0[LogKey.added] != "0" }.map(\.traceparent)
            #expect(deltas.filter { $0.origin == .burst && $0.type == .delta }.map(\.traceparent) == commits)
            let sweeps = tracer.spans("sweep")
            #expect(deltas.filter { $0.type == .cycleCompleted }.map(\.traceparent) == sweeps.map(\.traceparent))
            let removal = try #require(deltas.first { !$0.removed.isEmpty })
            #expect(removal.traceparent == sweeps[1].traceparent && sweeps[1][LogKey.removed] == "5")
            #expect(deltas.allSatisfy { $0.tracestate == nil })
        }
    }

    @Test("an event goes on with the trace of whoever applies it, and hands its tracestate on")
    func event() async throws {
        let provider = Provider.test("test", TestSource(names: Self.names))
        try await withTracedEngine(provider) { engine, tracer in
            try await engine.runCycle("test")
            let events = try LiveEvents(store: engine.store, providers: [provider])
            let context = ServiceContext.test(traceparent: Self.other, tracestate: "a=1,b=x y")
            try await ServiceContext.$current.withValue(context) {
                _ = try await events.apply(LiveEvent(removed: ["component:default/e1"]), to: "test")
            }
            let span = try #require(tracer.spans("event").first)
            #expect(span.parent == Self.other && span[LogKey.removed] == "1" && span[LogKey.outcome] == "applied")
            let delta = try #require(try await engine.deltas(of: "test").last)
            #expect(delta.traceparent == span.traceparent && delta.tracestate == "a=1,b=x y")
        }
    }

    @Test("an operation hands on the trace in which it is called: a purge publishes in it")
    func purge() async throws {
        try await withTracedEngine(.test("test", TestSource(names: Self.names))) { engine, _ in
            try await engine.runCycle("test")
            try await ServiceContext.$current.withValue(.test(traceparent: Self.other)) {
                try await engine.operations.purge("test", publish: true, locationKey: "test")
            }
            let delta = try #require(try await engine.deltas(of: "test").last)
            #expect(delta.origin == .purge && delta.traceparent == Self.other)
        }
    }

    @Test("a poll of changes is a trace of its own")
    func poll() async throws {
        let feed = TestFeed(names: Self.names)
        try await withTracedEngine(.polled(feed)) { engine, tracer in
            try await engine.runCycle("test")
            feed.set(TestFeed.id(1), nil)
            engine.time.advance(by: .seconds(31))
            await engine.worker.poll("test")
            let told = try #require(tracer.spans("poll").last)
            #expect(told.parent == nil && told[LogKey.outcome] == "caught")
            #expect(try await engine.deltas(of: "test").last?.traceparent == told.traceparent)
            feed.intercept { _ in throw SourceError(.unavailable, "it is down") }
            engine.time.advance(by: .seconds(31))
            await engine.worker.poll("test")
            let failed = try #require(tracer.spans("poll").last)
            #expect(failed[LogKey.outcome] == "failed" && failed.status?.code == .error)
            #expect(failed.errors.first?.contains("it is down") == true)
            feed.intercept(nil)
        }
    }

    @Test("an error is recorded where it happened and at its burst, without what is secret")
    func secrets() async throws {
        let source = TestSource(names: Self.names)
        source.intercept { _ in throw SourceError(.unavailable, "no answer to ?key=s3cret-of-somebody") }
        let provider = Provider.test("test", source) { $0.secrets = Secrets(["s3cret-of-somebody"]) }
        try await withTracedEngine(provider) { engine, tracer in
            try await engine.drain()
            let (page, burst) = (try #require(tracer.spans("page").first), try #require(tracer.spans("burst").first))
            for span in [page, burst] {
                #expect(span["error.type"] == "unavailable" && span.status?.code == .error)
                #expect(span.errors.count == 1 && span.errors[0].contains("no answer to ?key=***"))
            }
            #expect(burst[LogKey.burstOutcome] == "failed")
            #expect(tracer.spans.allSatisfy { !$0.text.contains("s3cret") })
        }
    }

    @Test("what is put off or cut short has not failed")
    func deferred() async throws {
        let source = TestSource(names: Self.names)
        source.intercept { _ in throw CallsDeferred(.seconds(60)) }
        try await withTracedEngine(.test("test", source)) { engine, tracer in
            try await engine.drain()
            #expect(tracer.spans("page").first?[LogKey.outcome] == "deferred")
            #expect(tracer.spans("burst").first?[LogKey.burstOutcome] == "deferred")
            #expect(tracer.spans.allSatisfy { $0.errors.isEmpty && $0.status == nil })
        }
    }

    @Test("a trace that is not recorded is handed on as such, and costs no span")
    func notSampled() async throws {
        let provider = Provider.test("test", TestSource(names: Self.names))
        try await withTracedEngine(provider, TestTracer(isSampled: false)) { engine, tracer in
            try await engine.runCycle("test")
            #expect(tracer.spans.isEmpty)
            let deltas = try await engine.deltas(of: "test")
            #expect(deltas.allSatisfy { $0.traceparent?.hasSuffix("-00") == true })
        }
    }

    @Test("without a tracer no entry says anything of a trace")
    func none() async throws {
        try await withEngine([.test("test", TestSource(names: Self.names))]) { engine in
            try await engine.runCycle("test")
            let reply = try await engine.store.redis.send(
                RedisCommand("XRANGE", engine.store.keys(of: "test").deltas, "-", "+")
            )
            for entry in try #require(reply.array) { #expect(entry.array?[1].array?.count == 20) }
            let deltas = try await engine.deltas(of: "test")
            #expect(deltas.count == 5 && deltas.allSatisfy { $0.traceparent == nil && $0.tracestate == nil })
        }
    }
}
