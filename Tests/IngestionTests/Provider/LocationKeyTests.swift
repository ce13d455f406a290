import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct LocationKeyTests {
    /// A catalog that keeps apart by the location key whose an entity is, as Backstage does.
    private struct StrictCatalog {
        var keys: [String: String] = [:]
        var conflicts: [String] = []

        init(_ deltas: [Delta]) {
            for delta in deltas {
                for removed in delta.removed {
                    let ref = removed.entityRef.string
                    if keys[ref] == removed.locationKey { keys[ref] = nil } else { conflicts.append("removed \(ref)") }
                }
                for added in delta.added {
                    let ref = added.entity.ref.string
                    if let key = keys[ref], key != added.locationKey { conflicts.append("added \(ref)") }
                    keys[ref] = added.locationKey
                }
            }
        }
    }

    private func provider(_ source: TestSource, _ key: String, _ publish: Provider.Publish) -> Provider {
        .test("test", source) {
            $0.locationKey = key
            $0.publish = publish
        }
    }

    /// The engine with another configuration, as after a restart.
    private func restarted(_ engine: TestEngine, with provider: Provider) async throws -> TestEngine {
        // Long enough that the worker before counts no more: a key that is taken back is a plan that it had.
        engine.time.advance(by: .seconds(31))
        return try await engine.starting([provider])
    }

    private func catalog(_ engine: TestEngine) async throws -> [String: String] {
        let catalog = StrictCatalog(try await engine.deltas(of: "test"))
        #expect(catalog.conflicts == [])
        #expect(try await engine.operations.status(of: "test").known == catalog.keys.count)
        return catalog.keys
    }

    private func locations(_ engine: TestEngine) async throws -> Int64? {
        try await engine.store.redis.call("HLEN", engine.store.keys(of: "test").hash + ":locations").int
    }

    @Test(
        "a changed key republishes everything under the new one, and what goes is removed under the one that it has",
        arguments: Provider.Publish.allCases
    )
    func changed(publish: Provider.Publish) async throws {
        let source = TestSource(names: (0..<1_200).map { "e\($0)" }, pageSize: 600)
        try await withEngine([provider(source, "old", publish)]) { engine in
            try await engine.runCycle("test")
            #expect(Set(try await catalog(engine).values) == ["old"])
            let changed = provider(source, "new", publish)
            let engine = try await restarted(engine, with: changed)
            // Before the next cycle, by live events of the new key: one is published, one goes.
            let event = LiveEvent(added: [TestSource.entity("e2", title: "told")], removed: [TestSource.ref("e3")])
            try await engine.operations.apply(try PreparedEvent(event, of: changed), to: changed)
            #expect(try await catalog(engine)[TestSource.ref("e2")] == "new")
            // One is not listed any more, one is rejected: the source still has it.
            source.list(
                [JSONText(.object(["kind": "Component", "metadata": ["name": "e1"]]))]
                    + (2..<1_200).map { TestSource.entity("e\($0)") }
            )
            try await engine.runAnotherCycle("test")
            var keys = try await catalog(engine)
            #expect(keys.removeValue(forKey: TestSource.ref("e1")) == "old")
            #expect(keys[TestSource.ref("e0")] == nil && keys.count == 1_198 && Set(keys.values) == ["new"])
            #expect(try await locations(engine) == 1)
            // Once it is valid it moves too, and nothing is kept of the move.
            source.list((1..<1_200).map { TestSource.entity("e\($0)") })
            try await engine.runAnotherCycle("test")
            #expect(try await catalog(engine)[TestSource.ref("e1")] == "new")
            #expect(try await locations(engine) == 0)
            try await engine.operations.purge("test", publish: true, locationKey: "new")
            #expect(try await catalog(engine).isEmpty)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a key that is changed again, or taken back, while entities move", arguments: ["third", "old"])
    func changedAgain(last: String) async throws {
        let source = TestSource(names: (0..<100).map { "e\($0)" }, pageSize: 30)
        try await withEngine([provider(source, "old", .changed)]) { engine in
            try await engine.runCycle("test")
            let second = try await restarted(engine, with: provider(source, "second", .changed))
            // The cycle breaks off after its first pages.
            source.intercept { cursor in
                if cursor?["offset"]?.integer == 60 { throw SourceError(.unavailable, "away") }
                return nil
            }
            try await second.operations.start("test")
            try await second.drain()
            #expect(Set(try await catalog(second).values) == ["old", "second"])
            source.intercept(nil)
            source.list((5..<95).map { TestSource.entity("e\($0)") })
            let third = try await restarted(second, with: provider(source, last, .changed))
            try await third.runAnotherCycle("test")
            let keys = try await catalog(third)
            #expect(keys.count == 90 && Set(keys.values) == [last])
            #expect(try await locations(third) == 0)
            try await third.runAnotherCycle("test")
            #expect(try await third.operations.status(of: "test").counts.changed == 0)
            #expect(try await third.violations(of: "test").isEmpty)
        }
    }

    @Test("a purge in the middle of a move removes each entity under the key that it has")
    func purged() async throws {
        let source = TestSource(names: (0..<100).map { "e\($0)" }, pageSize: 30)
        try await withEngine([provider(source, "old", .changed)]) { engine in
            try await engine.runCycle("test")
            let changed = provider(source, "new", .changed)
            let engine = try await restarted(engine, with: changed)
            let event = LiveEvent(added: (0..<40).map { TestSource.entity("e\($0)", title: "told") })
            try await engine.operations.apply(try PreparedEvent(event, of: changed), to: changed)
            #expect(Set(try await catalog(engine).values) == ["old", "new"])
            try await engine.operations.purge("test", publish: true, locationKey: "new")
            #expect(try await catalog(engine).isEmpty)
        }
    }

    @Test("an event that moves and removes more than one entry may remove goes in two")
    func largeEvent() async throws {
        let source = TestSource(names: (0..<1_000).map { "e\($0)" }, pageSize: 500)
        try await withEngine([provider(source, "old", .changed)]) { engine in
            try await engine.runCycle("test")
            let changed = provider(source, "new", .changed)
            let engine = try await restarted(engine, with: changed)
            let event = LiveEvent(
                added: (0..<500).map { TestSource.entity("e\($0)") },
                removed: (500..<1_000).map { TestSource.ref("e\($0)") }
            )
            try await engine.operations.apply(try PreparedEvent(event, of: changed), to: changed)
            let keys = try await catalog(engine)
            #expect(keys.count == 500 && Set(keys.values) == ["new"])
        }
    }
}
