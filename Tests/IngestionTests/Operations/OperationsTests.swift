import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct OperationsTests {
    private static let names = (0..<60).map { "e\($0)" }

    @Test("U1: a cancelled provider starts its next cycle after the duration, and `resume` starts it now")
    func cancelThenResume() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            try await engine.operations.cancel("test", for: .seconds(100))
            #expect(try await engine.operations.status(of: "test").phase == .cancelled)
            engine.time.advance(by: .seconds(90))
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").completed == 1)
            engine.time.advance(by: .seconds(11))
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").completed == 2)

            try await engine.operations.cancel("test")
            try await engine.operations.resume("test")
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").completed == 3)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test(
        "U1, U6: cancel, start, pause and purge win over a burst that is running",
        arguments: ["cancel", "start", "pause", "purge"]
    )
    func operationsDuringABurst(operation: String) async throws {
        let source = TestSource(names: Self.names)
        // The operation ends the burst, never its length, however slow the machine is.
        try await withEngine([.test("test", source) { $0.burstLength = .seconds(3_600) }]) { engine in
            let operations = engine.operations
            source.intercept { cursor in
                guard cursor?["offset"] == 20 else { return nil }
                switch operation {
                case "cancel": try await operations.cancel("test")
                case "start": try await operations.start("test")
                case "pause": try await operations.pause("test")
                default: try await operations.purge("test", publish: true, locationKey: "test")
                }
                source.intercept(nil)
                return nil
            }
            let job = try #require(try await engine.claim().first)
            await engine.worker.perform(job)
            let status = try await engine.operations.status(of: "test")
            let expected: [String: ProviderStatus.Phase] = [
                "cancel": .cancelled, "start": .starting, "pause": .running, "purge": .purged,
            ]
            #expect(status.phase == expected[operation])
            #expect((status.pausedSince != nil) == (operation == "pause"))
            #expect(status.counts.removed == 0)
            #expect(try await engine.violations(of: "test").isEmpty)
            if operation == "pause" {
                try await engine.drain()
                #expect(try await engine.operations.status(of: "test").phase == .running)
                try await engine.operations.resume("test")
            } else if operation != "start" {
                try await engine.operations.start("test")
            }
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").count == 60)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a paused cycle goes on from its last committed page")
    func pauseKeepsItsPlace() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source) { $0.burstLength = .zero }]) { engine in
            for _ in 0..<3 { await engine.worker.perform(try #require(try await engine.claim().first)) }
            try await engine.operations.pause("test")
            engine.time.advance(by: .seconds(100))
            try await engine.drain()
            #expect(source.reads.count == 3)
            await #expect(throws: OperationError.self) { try await engine.operations.trigger("test") }
            try await engine.operations.resume("test")
            try await engine.runCycle("test")
            #expect(source.reads.count == 6)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("cancelling costs the same however many jobs there are: they are dropped when they are claimed")
    func cancelDropsJobsLazily() async throws {
        let source = TestSource((0..<300).map { [TestSource.entity("c\($0)")] })
        try await withEngine([.test("test", source)]) { engine in
            await engine.worker.perform(try #require(try await engine.claim().first))
            try await engine.operations.cancel("test")
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.active == 0 && status.waiting == 0)
            #expect(source.reads.count == 1)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("trigger ends a rest, an interval and a backoff")
    func trigger() async throws {
        let source = TestSource(names: Self.names)
        let provider = Provider.test("test", source) {
            $0.burstLength = .zero
            $0.burstInterval = .seconds(1_000)
        }
        try await withEngine([provider]) { engine in
            try await engine.drain()
            for _ in 0..<5 {
                #expect(try await engine.operations.trigger("test") == 1)
                try await engine.drain()
            }
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            source.intercept { _ in throw SourceError(.unavailable, "HTTP 503") }
            #expect(try await engine.operations.trigger("test") == 1)
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").status == "backing off")
            source.intercept(nil)
            #expect(try await engine.operations.trigger("test") == 1)
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").counts.pages == 1)
        }
    }

    @Test("U9: a purge forgets everything, with or without telling the consumers", arguments: [true, false])
    func purge(publish: Bool) async throws {
        let source = TestSource(names: (0..<1_300).map { "e\($0)" }, pageSize: 500)
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            try await engine.operations.purge("test", publish: publish, locationKey: "test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .purged && status.known == 0)
            #expect(try await engine.catalog(of: "test").count == (publish ? 0 : 1_300))
            engine.time.advance(by: .seconds(100 * 3_600))
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").phase == .purged)
            #expect(try await engine.violations(of: "test").isEmpty)
            #expect(try await engine.deltas(of: "test").last?.type == (publish ? .cycleCompleted : .purged))
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").known == 1_300)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("resync publishes everything again, once, and removes what is gone")
    func resync() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").counts.unchanged == 60)
            try await engine.operations.resync("test")
            source.list(Self.names.dropFirst().map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            let counts = try await engine.operations.status(of: "test").counts
            #expect(counts.changed == 59 && counts.removed == 1 && counts.added == 0)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test(
        "resync has a cycle begin at once: one that goes on starts over, a paused or cancelled provider waits for a person"
    )
    func resyncIsDueAtOnce() async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source) { $0.burstLength = .zero }]) { engine in
            let operations = engine.operations
            func everythingIsPublished() async throws -> Bool {
                try await engine.drain()
                try await engine.runCycle("test")
                let status = try await operations.status(of: "test")
                return status.phase == .resting && status.counts.changed == 60
            }
            try await engine.runCycle("test")
            try await operations.resync("test")
            #expect(try await everythingIsPublished())

            // Half of the pages are read.
            try await operations.start("test")
            for _ in 0..<3 {
                for job in try await engine.claim() { await engine.worker.perform(job) }
                engine.time.advance(by: .seconds(4))
            }
            let generation = try await operations.status(of: "test").generation
            try await operations.resync("test")
            #expect(try await everythingIsPublished())
            #expect(try await operations.status(of: "test").generation == generation + 1)
            #expect(try await operations.history("test", most: 5).map(\.reason).contains("resync"))

            try await operations.pause("test")
            try await operations.resync("test")
            try await engine.drain()
            #expect(try await operations.status(of: "test").generation == generation + 1)
            try await operations.resume("test")
            #expect(try await everythingIsPublished())

            try await operations.cancel("test")
            try await operations.resync("test")
            try await engine.drain()
            #expect(try await operations.status(of: "test").phase == .cancelled)
            try await operations.resume("test")
            #expect(try await everythingIsPublished())
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test(
        "a resync ends what was to be decided about the last cycle: a person's retry or approval cannot put it off",
        arguments: [true, false]
    )
    func resyncEndsDecisions(isHeld: Bool) async throws {
        let source = TestSource(names: Self.names)
        try await withEngine([.test("test", source) { $0.maxAttempts = 1 }]) { engine in
            let operations = engine.operations
            try await engine.runCycle("test")
            if isHeld { source.list([JSONText]()) } else { source.intercept { _ in throw SourceError(.refused, "no") } }
            try await engine.runAnotherCycle("test")
            #expect(try await operations.status(of: "test").phase == (isHeld ? .held : .failed))
            source.intercept(nil)
            source.list(Self.names.map { TestSource.entity($0) })
            try await operations.pause("test")
            try await operations.resync("test")
            if isHeld {
                await #expect(throws: OperationError.self) { try await operations.approveSweep("test") }
            } else {
                let dead = try #require(try await operations.dead("test").first)
                await #expect(throws: OperationError.self) { try await operations.retry(dead.id) }
            }
            try await operations.resume("test")
            try await engine.runCycle("test")
            let status = try await operations.status(of: "test")
            #expect(status.phase == .resting && status.counts.changed == 60)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("one resync is enough for all consumers that asked before it; why is shown until a later cycle is complete")
    func resyncIsDoneOnce() async throws {
        try await withEngine([.test("test", TestSource(names: Self.names))]) { engine in
            let operations = engine.operations
            try await engine.runCycle("test")
            for group in ["a", "b", "c"] { try await operations.resync("test", after: 0, because: "group \(group)") }
            let count = RedisCommand("HGET", engine.store.keys(of: "test").hash, "resyncs")
            #expect(try await engine.store.redis.send(count).int == 1)
            #expect(try await operations.status(of: "test").republishing == "group a")
            try await engine.runCycle("test")
            #expect(try await operations.status(of: "test").republishing == nil)
            #expect(try await operations.status(of: "test").counts.changed == 60)
        }
    }

    @Test("an operation on an unknown provider says so and writes nothing")
    func unknownProvider() async throws {
        try await withEngine([.test("test", TestSource(names: ["a"]))]) { engine in
            let operations = engine.operations
            let keys = RedisCommand("DBSIZE")
            let before = try await engine.store.redis.send(keys)
            for operation in [
                { try await operations.start("nobody") }, { try await operations.cancel("nobody") },
                { try await operations.pause("nobody") }, { try await operations.resume("nobody") },
                { try await operations.resync("nobody") }, { try await operations.approveSweep("nobody") },
                { try await operations.purge("nobody", publish: true, locationKey: "x") },
                { try await operations.trigger("nobody") },
            ] as [@Sendable () async throws -> Any?] {
                let error = await #expect(throws: OperationError.self) { _ = try await operation() }
                #expect(error?.code == .unknownProvider)
            }
            #expect(try await engine.store.redis.send(keys) == before)
        }
    }

    @Test("what is known, rejected and not published since a resync is counted, listed by verify, published as kept")
    func rejectedSinceResync() async throws {
        let source = TestSource(names: ["a", "b", "c"])
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").unpublished == 0)
            source.list([
                TestSource.entity("a"), JSONText(.object(["kind": "Component", "metadata": ["name": "b"]])),
                TestSource.entity("c"),
            ])
            try await engine.operations.resync("test")
            #expect(try await engine.operations.status(of: "test").unpublished == 3)
            // Not read yet is no fault.
            #expect(try await engine.violations(of: "test").isEmpty)
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").unpublished == 1)
            #expect(
                try await engine.violations(of: "test") == [
                    "a known ref was published since everything was to be: component:default/b is known and was not "
                        + "published since the resync: rejected now, or not listed"
                ]
            )
            #expect(try await engine.deltas(of: "test").flatMap(\.kept).map(\.string) == [TestSource.ref("b")])
            // It comes back by itself.
            source.list(["a", "b", "c"].map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").counts.changed == 1)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }
}
