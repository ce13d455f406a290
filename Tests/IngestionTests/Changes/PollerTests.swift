import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

@Suite struct PollerTests {
    static let names = (0..<25).map { "e\($0)" }

    func withFeed(
        _ feed: TestFeed = TestFeed(names: names),
        _ change: (inout Provider) -> Void = { _ in },
        _ body: (TestEngine, TestFeed) async throws -> Void
    ) async throws {
        let provider = Provider.polled(feed, change)
        try await withEngine([provider]) { engine in
            try await body(engine, feed)
            #expect(try await engine.violations(of: "test") == [])
        }
    }

    /// Moves time past every pause of the feed, and takes a turn.
    func poll(_ engine: TestEngine, after time: Duration = .seconds(31)) async {
        engine.time.advance(by: time)
        await engine.worker.poll("test")
    }

    func feed(_ engine: TestEngine) async throws -> ProviderStatus.Feed {
        try #require(try await engine.operations.status(of: "test").feed)
    }

    func events(_ engine: TestEngine) async throws -> [Delta] {
        try await engine.deltas(of: "test").filter { $0.origin == .event }
    }

    func expectEqual(_ engine: TestEngine, _ feed: TestFeed) async throws {
        let page = try PreparedPage(Page(entities: feed.entities), at: nil, of: .test("test", feed), events: 0)
        let catalog = try await engine.catalog(of: "test")
        #expect(catalog.keys.sorted() == page.entities.map(\.ref.string).sorted())
        for entity in page.entities { #expect(catalog[entity.ref.string]?.bytes == entity.body) }
    }

    @Test("the point is asked for before the first page, and from it exactly what changed reaches the stream")
    func betweenCycles() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            #expect(source.questions.prefix(2) == [.point, .page(0)])
            source.set(TestFeed.id(1), [TestSource.entity("e1", title: "changed")])
            source.set(TestFeed.id(2), nil)
            source.set(TestFeed.id(90), [TestSource.entity("new-1"), TestSource.entity("new-2")])
            await poll(engine)
            let event = try #require(try await events(engine).first)
            #expect(try await events(engine).count == 1)
            #expect(event.added.map(\.entity.ref.name) == ["e1", "new-1", "new-2"])
            #expect(event.removed.map(\.entityRef.name) == ["e2"])
            try await expectEqual(engine, source)
            // Nothing changed: nothing is published, and the next cycle finds nothing either.
            await poll(engine)
            #expect(source.questions.last == .changes(since: 3))
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").counts.changed == 0)
            #expect(try await events(engine).count == 1)
            #expect(try await feed(engine).told == 4)
        }
    }

    @Test("a record that makes other entities now takes those with it that it makes no more")
    func otherEntities() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            source.set(TestFeed.id(3), [TestSource.entity("renamed")])
            // One takes over the name of another, told before the other is told of.
            source.set(TestFeed.id(0), [TestSource.entity("e9")])
            source.set(TestFeed.id(9), [TestSource.entity("e9-moved")])
            await poll(engine)
            let event = try #require(try await events(engine).first)
            #expect(event.removed.map(\.entityRef.name).sorted() == ["e0", "e3"])
            try await expectEqual(engine, source)
            // The one that lost its name is gone: what has the name now stays.
            source.set(TestFeed.id(9), nil)
            await poll(engine)
            #expect(try await events(engine).last?.removed.map(\.entityRef.name) == ["e9-moved"])
            try await expectEqual(engine, source)
            source.set(TestFeed.id(0), nil)
            await poll(engine)
            try await expectEqual(engine, source)
        }
    }

    @Test("the same change again, as after a reply that was lost, is not published again")
    func toldAgain() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            source.set(TestFeed.id(1), [TestSource.entity("e1", title: "changed")])
            source.set(TestFeed.id(2), nil)
            await poll(engine)
            let key = engine.store.keys(of: "test").feed
            _ = try await engine.store.redis.call("HSET", key, "cursor", "0")
            await poll(engine)
            #expect(source.questions.last == .changes(since: 0))
            #expect(try await events(engine).count == 1)
        }
    }

    @Test("large answers go in parts of at most 500 entities and 1 MiB, and a feed that has more is asked at once")
    func large() async throws {
        let records = Dictionary(
            uniqueKeysWithValues: (0..<1_300).map { (TestFeed.id($0), [TestSource.entity("e\($0)")]) }
        )
        let feed = TestFeed(records, pageSize: 1_000, answerSize: 1_000)
        try await withFeed(feed, { $0.rejectRemovalsAbovePercentage = 100 }) { engine, source in
            try await engine.runCycle("test")
            for number in 0..<700 { source.set(TestFeed.id(number), [TestSource.entity("e\(number)", title: "x")]) }
            for number in 700..<1_300 { source.set(TestFeed.id(number), nil) }
            let title = String(repeating: "t", count: 300_000)
            source.set("large", (0..<9).map { TestSource.entity("large-\($0)", title: title) })
            await poll(engine)
            try await expectEqual(engine, source)
            for delta in try await events(engine) {
                #expect(delta.added.count <= 500 && delta.removed.count <= 500)
                #expect(delta.added.reduce(0) { $0 + $1.entity.body.count } <= 1 << 20)
            }
            #expect(source.questions.suffix(2) == [.changes(since: 0), .changes(since: 1_000)])
            // A record of more entities than one part removes.
            source.set("many", (0..<1_100).map { TestSource.entity("many-\($0)") })
            await poll(engine)
            source.set("many", [TestSource.entity("many-7")])
            source.set("large", nil)
            await poll(engine)
            try await expectEqual(engine, source)
        }
    }

    @Test("an expired cursor starts a cycle, which asks for a new point before it reads")
    func expired() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            source.set(TestFeed.id(2), nil)
            source.forget()
            source.set(TestFeed.id(3), nil)
            await poll(engine)
            #expect(try await feed(engine).error?.contains("cursor-expired") == true)
            #expect(try await feed(engine).hasPoint == false)
            // Asked whether it answers; then the cycle is due at once.
            await poll(engine, after: .zero)
            #expect(try await engine.operations.status(of: "test").phase == .starting)
            let asked = source.questions.count
            try await engine.runCycle("test")
            #expect(source.questions[asked...].prefix(2) == [.point, .page(0)])
            try await expectEqual(engine, source)
            source.set(TestFeed.id(4), nil)
            await poll(engine)
            try await expectEqual(engine, source)
            #expect(try await feed(engine).error == nil)
        }
    }

    @Test("a feed whose points expire again and again does not keep cycles going")
    func expiresAlways() async throws {
        try await withFeed { engine, source in
            source.intercept { question in
                if case .changes = question { throw SourceError(.cursorExpired, "no log") }
                return nil
            }
            for _ in 0..<12 {
                try await engine.runCycle("test")
                await poll(engine, after: .seconds(30))
            }
            #expect(try await engine.operations.status(of: "test").completed <= 4)
            #expect(try await feed(engine).failures >= 2)
        }
    }

    @Test("a feed that does not answer does not hold cycles up; it is asked again between two, and a cycle follows")
    func noPoint() async throws {
        try await withFeed { engine, source in
            source.intercept { question in
                if question == .point { throw SourceError(.refused, "no such control") }
                return nil
            }
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").completed == 1)
            #expect(try await feed(engine).error == "refused: no such control")
            await poll(engine)
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await feed(engine).failures == 2)
            source.intercept(nil)
            await poll(engine, after: .seconds(20_000))
            #expect(try await engine.operations.status(of: "test").phase == .starting)
            try await engine.runCycle("test")
            source.set(TestFeed.id(4), nil)
            await poll(engine)
            try await expectEqual(engine, source)
        }
    }

    @Test("failures back off as pages do, what the source asked for overrides it, and secrets are hidden")
    func backsOff() async throws {
        let secret = "the-token-of-the-feed"
        try await withFeed(TestFeed(names: Self.names), { $0.secrets = Secrets([secret]) }) { engine, source in
            try await engine.runCycle("test")
            source.intercept { _ in throw SourceError(.unavailable, "GET with \(secret)", retryAfter: .seconds(600)) }
            await poll(engine)
            let status = try await feed(engine)
            #expect(status.error == "unavailable: GET with ***" && status.failures == 1)
            let asked = source.questions.count
            await poll(engine, after: .seconds(590))
            #expect(source.questions.count == asked)
            await poll(engine, after: .seconds(80))
            #expect(source.questions.count == asked + 1)
            source.intercept(nil)
            source.set(TestFeed.id(4), nil)
            await poll(engine, after: .seconds(700))
            try await expectEqual(engine, source)
            #expect(try await feed(engine).failures == 0)
        }
    }

    @Test("a provider that is paused, cancelled or purged is not polled", arguments: ["pause", "cancel", "purge"])
    func stopped(_ operation: String) async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            switch operation {
            case "pause": try await engine.operations.pause("test")
            case "cancel": try await engine.operations.cancel("test")
            default: try await engine.operations.purge("test", publish: true, locationKey: "test")
            }
            let asked = source.questions.count
            source.set(TestFeed.id(1), nil)
            await poll(engine)
            #expect(source.questions.count == asked)
            if operation == "pause" { try await engine.operations.resume("test") }
            if operation != "pause" { try await engine.runAnotherCycle("test") }
            await poll(engine)
            try await expectEqual(engine, source)
        }
    }

    @Test(
        "what stops the provider while the feed is asked wins over what it tells",
        arguments: ["pause", "cancel", "purge"]
    )
    func stoppedMeanwhile(_ operation: String) async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            source.set(TestFeed.id(1), [TestSource.entity("late")])
            let operations = engine.operations
            source.intercept { _ in
                source.intercept(nil)
                switch operation {
                case "pause": try await operations.pause("test")
                case "cancel": try await operations.cancel("test")
                default: try await operations.purge("test", publish: true, locationKey: "test")
                }
                return nil
            }
            await poll(engine)
            #expect(try await events(engine).isEmpty)
            #expect(try await engine.catalog(of: "test")[TestSource.ref("late")] == nil)
            guard operation == "pause" else { return }
            // Resumed, it does not wait for the end of a lease that nobody needs.
            try await operations.resume("test")
            await poll(engine)
            try await expectEqual(engine, source)
        }
    }

    @Test("an entity that is not valid is kept apart, and what its record made before stays")
    func rejected() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            source.set(TestFeed.id(1), [TestSource.entity("-not-valid")])
            source.set(TestFeed.id(2), [TestSource.entity("fine"), TestSource.entity("-not-valid")])
            await poll(engine)
            #expect(try await engine.operations.rejected("test", most: 5).count == 2)
            let catalog = try await engine.catalog(of: "test")
            #expect(catalog[TestSource.ref("e1")] != nil && catalog[TestSource.ref("e2")] != nil)
            #expect(catalog[TestSource.ref("fine")] != nil)
        }
    }

    @Test("a page without ids, or a feed that does not move on, is an error that says so")
    func broken() async throws {
        try await withFeed { engine, source in
            source.intercept { question in
                if case .changes = question { return Changes(cursor: 0, hasMore: true) }
                return nil
            }
            try await engine.runCycle("test")
            await poll(engine)
            #expect(try await feed(engine).error?.contains("it does not move on") == true)
            source.intercept { question in
                if case .changes = question { return Changes(removed: [""], cursor: 1) }
                return nil
            }
            await poll(engine, after: .seconds(20_000))
            #expect(try await feed(engine).error?.contains("an id of 0 bytes") == true)
        }
        let pages = TestSource(names: ["a"])
        var provider = Provider.test("test", pages)
        provider.changes = .seconds(1)
        #expect(throws: ProviderError.self) { try provider.validate() }
        let error = #expect(throws: SourceError.self) {
            try PreparedPage(Page(entities: [TestSource.entity("a")]), at: nil, of: provider, events: 0)
        }
        #expect(error?.message.contains("0 ids for 1 entities") == true)
    }

    @Test("what is kept by record goes with the entities: swept, removed by an event, purged, or no longer wanted")
    func nothingIsLeft() async throws {
        try await withFeed(TestFeed(names: Self.names), { $0.rejectRemovalsAbovePercentage = 100 }) { engine, source in
            let (redis, keys) = (engine.store.redis, engine.store.keys(of: "test"))
            func sizes() async throws -> [Int64] {
                [try await redis.call("HLEN", keys.ids).int ?? -1, try await redis.call("HLEN", keys.owners).int ?? -1]
            }
            try await engine.runCycle("test")
            #expect(try await sizes() == [25, 25])
            source.set(TestFeed.id(0), nil)
            try await engine.runAnotherCycle("test")
            #expect(try await sizes() == [24, 24])
            let event = PreparedEvent(added: [], removed: [try EntityRef(parsing: TestSource.ref("e1"))])
            try await engine.operations.apply(event, to: .test("test", source))
            #expect(try await sizes() == [23, 23])
            source.set(TestFeed.id(2), nil)
            await poll(engine)
            #expect(try await sizes() == [22, 22])
            var silent = Provider.test("test", source)
            silent.changes = nil
            _ = try await engine.store.register(silent, limits: engine.settings.limits)
            #expect(try await sizes() == [0, 0])
            #expect(try await engine.operations.status(of: "test").feed == nil)
            try await engine.operations.purge("test", publish: true, locationKey: "test")
            #expect(try await redis.call("EXISTS", keys.feed).int == 0)
        }
    }
}

extension Provider {
    /// The provider `test`, which has its changes polled.
    static func polled(_ feed: TestFeed, _ change: (inout Provider) -> Void = { _ in }) -> Provider {
        .test("test", feed) {
            $0.changes = .seconds(30)
            change(&$0)
        }
    }
}
