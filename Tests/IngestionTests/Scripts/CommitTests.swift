import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct CommitTests {
    /// A job of the first cycle, begun and held.
    private func begun(_ engine: TestEngine) async throws -> Job {
        let job = try #require(try await engine.claim().first)
        return try #require(try await engine.store.begin(job, lease: engine.settings.lease).get())
    }

    private func part(_ names: [String], next: [JSON]? = [["offset": 1]]) throws -> Part {
        var part = Part()
        var normalizer = EntityNormalizer(annotations: [:], defaultAnnotations: [:])
        for name in names { part.published.append(try normalizer.normalize(TestSource.entity(name))) }
        part.next = next?.map(\.bytes)
        return part
    }

    @Test("U2: the cursor and the entities before it are stored in one step")
    func cursorAndEntitiesTogether() async throws {
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider]) { engine in
            let job = try await begun(engine)
            let part = try part(["a", "b"])
            guard
                case .applied(let applied) = try await engine.store.commit(
                    part,
                    of: job,
                    provider: provider,
                    events: 0,
                    lease: .seconds(30)
                )
            else { throw Unexpected() }
            #expect(applied.added == 2 && applied.marked == 2)
            let redis = engine.store.redis
            let key = engine.store.lane(of: "test").job(job.id)
            #expect(try await redis.send(RedisCommand("HGET", key, "cursor")).string == #"{"offset":1}"#)
            #expect(
                try await engine.catalog(of: "test").keys.sorted() == ["component:default/a", "component:default/b"]
            )
        }
    }

    @Test("a commit whose reply was lost is a no-op when it comes again")
    func repeatedSequence() async throws {
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider]) { engine in
            let job = try await begun(engine)
            let part = try part(["a"])
            _ = try await engine.store.commit(part, of: job, provider: provider, events: 0, lease: .seconds(30))
            let before = try await engine.deltas(of: "test").count
            guard
                case .duplicate = try await engine.store.commit(
                    part,
                    of: job,
                    provider: provider,
                    events: 0,
                    lease: .seconds(30)
                )
            else { throw Unexpected() }
            #expect(try await engine.deltas(of: "test").count == before)
            #expect(try await engine.operations.status(of: "test").counts.marked == 1)
        }
    }

    @Test("Q3: a holder whose lease ran out writes nothing, before and after another has the job")
    func staleFence() async throws {
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider]) { engine in
            let stale = try await begun(engine)
            let part = try part(["a"])
            engine.time.advance(by: engine.settings.lease + .seconds(1))
            let fresh = try #require(try await engine.claim().first)
            #expect(fresh.id == stale.id)
            let before = try await engine.deltas(of: "test").count
            guard
                case .refused(.lost) = try await engine.store.commit(
                    part,
                    of: stale,
                    provider: provider,
                    events: 0,
                    lease: .seconds(30)
                )
            else { throw Unexpected() }
            try await engine.store.finish(stale, pause: .zero, reason: .interval)
            try await engine.store.release(stale)
            _ = try await engine.store.fail(stale, error: "late", backoff: .zero, maxAttempts: 1, rest: .zero)
            #expect(try await engine.deltas(of: "test").count == before)
            #expect(try await engine.operations.status(of: "test").error == nil)
            #expect(try await engine.claim().isEmpty)
            guard
                case .applied = try await engine.store.commit(
                    part,
                    of: fresh,
                    provider: provider,
                    events: 0,
                    lease: .seconds(30)
                )
            else { throw Unexpected() }
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("an entity whose digest is no longer what was compared is asked for again, with nothing written")
    func outdatedDigest() async throws {
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider]) { engine in
            let job = try await begun(engine)
            var part = try part(["a", "b"])
            part.unchanged = [part.published.removeLast()]
            guard
                case .retry(let overtaken, let outdated) = try await engine.store.commit(
                    part,
                    of: job,
                    provider: provider,
                    events: 0,
                    lease: .seconds(30)
                )
            else { throw Unexpected() }
            #expect(overtaken.isEmpty && outdated == [1])
            #expect(try await engine.operations.status(of: "test").known == 0)
        }
    }

    @Test("a live event wins over a page that was read before it, whether it adds or removes")
    func eventWins() async throws {
        let source = TestSource(names: ["a", "b", "c"])
        let provider = Provider.test("test", source)
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            var normalizer = EntityNormalizer(
                annotations: [provider.annotationKey: provider.name],
                defaultAnnotations: [:]
            )
            let newer = try normalizer.normalize(TestSource.entity("a", title: "newer"))
            source.list([
                TestSource.entity("a", title: "older"), TestSource.entity("b", title: "older"), TestSource.entity("c"),
            ])
            let operations = engine.operations
            source.intercept { _ in
                // The page is being read; the event arrives before it is committed.
                try await operations.apply(
                    PreparedEvent(added: [newer], removed: [try EntityRef(parsing: "component:default/b")]),
                    to: provider
                )
                return nil
            }
            try await engine.runAnotherCycle("test")
            let catalog = try await engine.catalog(of: "test")
            #expect(catalog["component:default/a"]?["metadata"]?["title"] == "newer")
            #expect(catalog["component:default/b"] == nil)
            #expect(catalog["component:default/c"] != nil)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("of very many names that events touch in a cycle the oldest go, and a page from before them is read again")
    func manyTouched() async throws {
        let source = TestSource(names: ["a", "b"])
        let provider = Provider.test("test", source)
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            let key = engine.store.keys(of: "test").touched
            let (store, operations) = (engine.store, engine.operations)
            source.list([TestSource.entity("a", title: "older")])
            source.intercept { _ in
                source.intercept(nil)
                let page = Page(entities: [TestSource.entity("a", title: "older")])
                source.list([TestSource.entity("a", title: "newer")])
                try await operations.apply(
                    try PreparedEvent(LiveEvent(added: [TestSource.entity("a", title: "newer")]), of: provider),
                    to: provider
                )
                // As many as are kept, of later events.
                for start in stride(from: 0, to: 100_000, by: 10_000) {
                    let names = (start..<start + 10_000).flatMap { ["2", "name-\($0)"] }
                    _ = try await store.redis.send(RedisCommand("ZADD", arguments: [key] + names))
                }
                try await operations.apply(
                    PreparedEvent(added: [], removed: [try EntityRef(parsing: TestSource.ref("b"))]),
                    to: provider
                )
                #expect(try await store.redis.call("ZCARD", key).int == 100_000)
                return page
            }
            try await engine.runAnotherCycle("test")
            #expect(try await engine.catalog(of: "test")[TestSource.ref("a")]?["metadata"]?["title"] == "newer")
            #expect(source.reads.count == 3)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a chain that is led in a circle fails with that reason, long before maxPages", arguments: [2, 3, 7, 40])
    func circle(length: Int64) async throws {
        let source = TestSource(names: ["a"])
        source.intercept { cursor in
            // Some pages lead into the circle, which begins at 3.
            let number = cursor?["at"]?.integer ?? 0
            let next = number + 1 < 3 + length ? number + 1 : 3
            return Page(entities: [TestSource.entity("e\(number)")], next: [["at": .integer(next)]])
        }
        try await withEngine([.test("test", source) { $0.burstLength = .seconds(60) }]) { engine in
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.status == "backing off" && status.failures == 1)
            #expect(
                status.error?.contains("the source led back to a cursor that this chain has had: {\"at\":") == true
            )
            #expect(status.counts.pages <= 3 * Int(3 + length))
            #expect(status.known == Int(3 + length))
        }
    }

    @Test("a fork in a circle is found, too, and does not fill Redis with chains")
    func forkInACircle() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { cursor in
            switch cursor?["at"]?.string {
            case "a": Page(entities: [TestSource.entity("a")], next: [["at": "b"], ["at": "leaf"]])
            case "b": Page(entities: [TestSource.entity("b")], next: [["at": "a"], ["at": "leaf"]])
            case "leaf": Page(entities: [TestSource.entity("leaf")])
            default: Page(entities: [], next: [["at": "a"]])
            }
        }
        try await withEngine([.test("test", source)]) { engine in
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.error?.contains("led back to a cursor") == true && status.outstanding == 1)
            #expect(status.counts.pages <= 12)
        }
    }

    @Test("a chain of cursors that are all different is no circle, and two chains may meet")
    func noCircle() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { cursor in
            switch cursor?["at"]?.integer ?? 0 {
            case 0: Page(entities: [], next: [["at": 1], ["at": 2]])
            case let number where number < 300:
                Page(
                    entities: [TestSource.entity("e\(number)")],
                    next: [["at": .integer(number < 3 ? 3 : number + 1)]]
                )
            default: Page(entities: [TestSource.entity("last")])
            }
        }
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.error == nil && status.known == 300)
        }
    }

    @Test("a fork into more chains than a cycle may have open fails with that reason")
    func tooManyChains() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { cursor in
            cursor == nil ? Page(entities: [], next: [1, 2]) : Page(entities: [TestSource.entity("a")])
        }
        try await withEngine([.test("test", source)]) { engine in
            let job = try #require(try await engine.claim().first)
            let begun = try #require(try await engine.store.begin(job, lease: engine.settings.lease).get())
            let redis = engine.store.redis
            let key = engine.store.keys(of: "test").hash
            _ = try await redis.call("HSET", key, "outstanding", "100000")
            await engine.worker.perform(begun)
            let status = try await engine.operations.status(of: "test")
            #expect(status.error?.contains("forks into 2 chains beside 100000 that are open") == true)
            #expect(status.outstanding == 100_000)
            _ = try await redis.call("HSET", key, "outstanding", "1")
            engine.time.advance(by: .seconds(100))
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
        }
    }

    @Test("U5: an event's addition between cycles is marked, and swept when the source never lists it")
    func eventBetweenCycles() async throws {
        let provider = Provider.test("test", TestSource(names: ["a", "b", "c"]))
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            var normalizer = EntityNormalizer(annotations: [:], defaultAnnotations: [:])
            try await engine.operations.apply(
                PreparedEvent(added: [try normalizer.normalize(TestSource.entity("ghost"))], removed: []),
                to: provider
            )
            #expect(try await engine.catalog(of: "test").count == 4)
            try await engine.runAnotherCycle("test")
            #expect(try await engine.catalog(of: "test").keys.sorted() == ["a", "b", "c"].map(TestSource.ref))
        }
    }

    @Test("an event of any size goes in entries that hold at most 500 entities and 1 MiB")
    func largeEvent() async throws {
        let provider = Provider.test("test", TestSource(names: ["a"]))
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            var normalizer = EntityNormalizer(annotations: [:], defaultAnnotations: [:])
            let title = String(repeating: "t", count: 20_000)
            let entities = try (0..<120).map {
                try normalizer.normalize(TestSource.entity("large-\($0)", title: title))
            }
            let gone = try (0..<700).map { try EntityRef(kind: "component", name: "gone-\($0)") }
            try await engine.operations.apply(PreparedEvent(added: entities, removed: gone), to: provider)
            let events = try await engine.deltas(of: "test").filter { $0.origin == .event }
            #expect(events.flatMap(\.added).count == 120 && events.count == 3)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }
}
