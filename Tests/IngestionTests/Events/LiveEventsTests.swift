import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct LiveEventsTests {
    private let provider = Provider.test("test", TestSource(names: ["a", "b", "c"])) {
        $0.secrets = Secrets(["a-token-of-somebody"])
    }

    private func withEvents(_ body: (LiveEvents, TestEngine) async throws -> Void) async throws {
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            try await body(try LiveEvents(store: engine.store, providers: [provider]), engine)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    private func entries(_ engine: TestEngine) async throws -> [Delta] {
        try await engine.deltas(of: "test").filter { $0.origin == .event }
    }

    @Test("an event is checked and annotated as a page is, and what is not valid is rejected alone and kept")
    func checkedLikeAPage() async throws {
        try await withEvents { events, engine in
            let outcome = try await events.apply(
                LiveEvent(
                    added: [
                        TestSource.entity("new"), TestSource.entity("-not-valid"),
                        TestSource.entity("leak", title: "a-token-of-somebody"), TestSource.entity("b"),
                    ],
                    removed: ["Component:A", "component:default/a", "component:default/nobody"]
                ),
                to: "test"
            )
            #expect(outcome.published == 1 && outcome.unchanged == 1 && outcome.removed == 1)
            #expect(outcome.rejected.count == 2 && !outcome.isDuplicate)
            let entry = try #require(try await entries(engine).first)
            #expect(entry.added.map(\.entity.ref.string) == [TestSource.ref("new")])
            #expect(entry.removed.map(\.entityRef.string) == [TestSource.ref("a")])
            let body = try JSON(parsing: entry.added[0].entity.body)
            #expect(body["metadata"]?["annotations"]?["frontside.com/incremental-entity-provider"] == "test")
            #expect(body["metadata"]?["annotations"]?["backstage.io/managed-by-location"] == "url:tidemark://test")
            let rejected = try await engine.operations.rejected("test", most: 10)
            #expect(rejected.count == 2)
            #expect(!rejected.contains { $0.entity.contains("a-token-of-somebody") })
        }
    }

    @Test("an event whose id was applied before changes nothing, on whichever replica it arrives")
    func repeated() async throws {
        try await withEvents { events, engine in
            let event = LiveEvent(added: [TestSource.entity("new")], removed: ["component:default/a"], id: "delivery-1")
            #expect(try await events.apply(event, to: "test").published == 1)
            _ = try await events.apply(LiveEvent(removed: ["component:default/new"]), to: "test")
            let other = try LiveEvents(store: engine.store, providers: [provider])
            let again = try await other.apply(event, to: "test")
            #expect(again.isDuplicate && again.published == 0 && again.removed == 0)
            #expect(try await entries(engine).count == 2)
            #expect(try await engine.catalog(of: "test")[TestSource.ref("new")] == nil)
            // Of another id it is another event.
            var anew = event
            anew.id = "delivery-2"
            #expect(try await events.apply(anew, to: "test").published == 1)
        }
    }

    @Test("an event of several entries that broke off is applied whole when it comes again, and then never more")
    func brokenOff() async throws {
        try await withEvents { events, engine in
            let names = (0..<1_200).map { "many-\($0)" }
            let event = LiveEvent(added: names.map { TestSource.entity($0) }, id: "delivery-1")
            // As if the process died after the first part: it has an id of its own.
            let prepared = try PreparedEvent(LiveEvent(added: Array(event.added.prefix(500))), of: provider)
            _ = try await engine.operations.apply(prepared, to: provider)
            let outcome = try await events.apply(event, to: "test")
            #expect(outcome.published == 700 && outcome.unchanged == 500 && !outcome.isDuplicate)
            #expect(try await events.apply(event, to: "test").isDuplicate)
            #expect(try await engine.catalog(of: "test").count == 1_203)
        }
    }

    @Test("while consumers are behind, an event is refused with nothing written, and applied when it comes again")
    func behind() async throws {
        try await withEvents { events, engine in
            let redis = engine.store.redis
            let keys = engine.store.keys(of: "test")
            _ = try await redis.call("XGROUP", "CREATE", keys.deltas, "catalog", "0")
            _ = try await redis.call("HSET", keys.hash, "maxPending", "1")
            let before = try await redis.call("XLEN", keys.deltas).int
            let event = LiveEvent(added: [TestSource.entity("new")], removed: ["component:default/a"], id: "delivery-1")
            let error = await #expect(throws: LiveEventError.self) { try await events.apply(event, to: "test") }
            #expect(error?.code == .behind)
            #expect(try await redis.call("XLEN", keys.deltas).int == before)
            #expect(try await redis.call("EXISTS", keys.deliveries).int == 0)
            #expect(try await engine.operations.status(of: "test").known == 3)
            _ = try await redis.call("XGROUP", "SETID", keys.deltas, "catalog", "$")
            let outcome = try await events.apply(event, to: "test")
            #expect(outcome.published == 1 && outcome.removed == 1 && !outcome.isDuplicate)
        }
    }

    @Test("ids are forgotten after three days, some at a time")
    func forgotten() async throws {
        try await withEvents { events, engine in
            for number in 0..<30 {
                _ = try await events.apply(LiveEvent(removed: ["a:b/c"], id: "old-\(number)"), to: "test")
            }
            engine.time.advance(by: .seconds(3 * 86_400))
            let key = engine.store.keys(of: "test").deliveries
            for (number, left) in [21, 12, 3, 4].enumerated() {
                _ = try await events.apply(LiveEvent(removed: ["a:b/c"], id: "new-\(number)"), to: "test")
                #expect(try await engine.store.redis.call("ZCARD", key).int == Int64(left))
            }
            #expect(try await events.apply(LiveEvent(removed: ["a:b/c"], id: "old-0"), to: "test").isDuplicate == false)
            #expect(try await events.apply(LiveEvent(removed: ["a:b/c"], id: "new-0"), to: "test").isDuplicate)
            #expect((try await engine.store.redis.call("PTTL", key).int ?? 0) > 0)
        }
    }

    @Test("what contradicts itself, or is for nobody, is refused and changes nothing")
    func refused() async throws {
        try await withEvents { events, engine in
            let before = try await engine.deltas(of: "test").count
            for event in [
                LiveEvent(added: [TestSource.entity("x")], removed: ["component:default/X"]),
                LiveEvent(removed: ["component"]), LiveEvent(removed: ["a:b/c"], id: "two words"),
                LiveEvent(removed: ["a:b/c"], id: ""),
            ] {
                let error = await #expect(throws: LiveEventError.self) { try await events.apply(event, to: "test") }
                #expect(error?.code == .invalid)
            }
            let unknown = await #expect(throws: LiveEventError.self) {
                try await events.apply(LiveEvent(), to: "nobody")
            }
            #expect(unknown?.code == .unknownProvider)
            try await engine.operations.purge("test", publish: true, locationKey: "test")
            let purged = await #expect(throws: LiveEventError.self) {
                try await events.apply(LiveEvent(added: [TestSource.entity("x")]), to: "test")
            }
            #expect(purged?.code == .purged)
            #expect(try await engine.deltas(of: "test").count == before + 4)
        }
    }

    @Test("a provider that no worker has made known yet is refused")
    func notRegistered() async throws {
        try await withEngine([]) { engine in
            let events = try LiveEvents(store: engine.store, providers: [provider])
            let error = await #expect(throws: LiveEventError.self) {
                try await events.apply(LiveEvent(removed: ["a:b/c"]), to: "test")
            }
            #expect(error?.code == .unknownProvider)
        }
    }

    @Test("with connections of its own, it works for as long as it runs")
    func ownConnection() async throws {
        try await withEvents { _, engine in
            guard case .unixSocket(let path) = engine.store.redis.configuration.address else { throw Unexpected() }
            let events = try LiveEvents(redis: "redis+unix://\(path)", providers: [provider], logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await events.run() }
                let outcome = try await events.apply(LiveEvent(removed: ["component:a"]), to: "test")
                #expect(outcome.removed == 1)
                group.cancelAll()
            }
        }
    }
}
