import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct SweepTests {
    @Test("what is gone is removed, what came is added, what changed is published, and nothing else")
    func exactDifference() async throws {
        let source = TestSource(names: (0..<2_000).map { "e\($0)" }, pageSize: 300)
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").counts.added == 2_000)
            source.list(
                (600..<2_010).map { TestSource.entity("e\($0)", title: $0 < 700 ? "changed" : nil) }
            )
            try await engine.runAnotherCycle("test")
            let counts = try await engine.operations.status(of: "test").counts
            #expect(counts.removed == 600 && counts.added == 10 && counts.changed == 100 && counts.unchanged == 1_300)
            #expect(try await engine.catalog(of: "test").count == 1_410)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("U3: a ref leaves the sets, its digest goes and its removal is published in one step, once")
    func removalIsOneStep() async throws {
        let source = TestSource(names: (0..<1_200).map { "e\($0)" }, pageSize: 500)
        let provider = Provider.test("test", source) { $0.rejectRemovalsAbovePercentage = 100 }
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            source.list([TestSource.entity("e0")])
            try await engine.operations.start("test")
            await engine.worker.perform(try #require(try await engine.claim().first))
            var job = try #require(try await engine.claim().first)
            #expect(job.kind == .sweep)
            var removed = 0
            while removed < 1_199 {
                guard
                    case .removed(let count, _, _) = try await engine.store.sweep(
                        job,
                        provider: provider,
                        lease: .seconds(30)
                    )
                else { throw Unexpected() }
                // The same step again, as after a lost reply.
                guard case .duplicate = try await engine.store.sweep(job, provider: provider, lease: .seconds(30))
                else {
                    throw Unexpected()
                }
                job.sequence += 1
                removed += count
                #expect(count <= 500)
                #expect(try await engine.catalog(of: "test").count == 1_200 - removed)
                #expect(try await engine.operations.status(of: "test").known == 1_200 - removed)
            }
            guard case .completed = try await engine.store.sweep(job, provider: provider, lease: .seconds(30)) else {
                throw Unexpected()
            }
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test(
        "U4: the share is unmarked of known, and 0 means that none may go",
        arguments: [
            (0.0, 1, true), (0.0, 0, false), (5.0, 5, false), (5.0, 6, true), (50.0, 50, false), (50.0, 51, true),
            (99.9, 99, false), (100.0, 99, false),
        ]
    )
    func percentage(limit: Double, gone: Int, held: Bool) async throws {
        let names = (0..<100).map { "e\($0)" }
        let source = TestSource(names: names)
        try await withEngine([.test("test", source) { $0.rejectRemovalsAbovePercentage = limit }]) { engine in
            try await engine.runCycle("test")
            source.list(names.dropFirst(gone).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            let status = try await engine.operations.status(of: "test")
            #expect((status.phase == .held) == held)
            #expect(status.known == (held ? 100 : 100 - gone))
            if held { #expect(status.held?.unmarked == gone && status.held?.known == 100) }
        }
    }

    @Test("U11: a source that lists nothing removes nothing: the sweep is held, listed, and approved by a person")
    func emptySource() async throws {
        let source = TestSource(names: ["a", "b", "c"])
        try await withEngine([.test("test", source) { $0.rejectRemovalsAbovePercentage = 100 }]) { engine in
            try await engine.runCycle("test")
            source.list([JSONText]())
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .held)
            #expect(try await engine.deltas(of: "test").last?.type == .sweepHeld)
            #expect(try await engine.operations.unmarked("test", most: 10) == ["a", "b", "c"].map(TestSource.ref))
            #expect(try await engine.catalog(of: "test").count == 3)
            try await engine.operations.approveSweep("test")
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").isEmpty)
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a live event does not let a source that lists nothing past the guard")
    func emptySourceBesideAnEvent() async throws {
        let names = (0..<1_000).map { "e\($0)" }
        let source = TestSource(names: names, pageSize: 500)
        let provider = Provider.test("test", source) { $0.rejectRemovalsAbovePercentage = 100 }
        try await withEngine([provider]) { engine in
            try await engine.runCycle("test")
            let event = try PreparedEvent(LiveEvent(added: [TestSource.entity("e0", title: "told")]), of: provider)
            let operations = engine.operations
            source.intercept { _ in
                try await operations.apply(event, to: provider)
                return Page(entities: [])
            }
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .held)
            #expect(try await engine.catalog(of: "test").count == 1_000)
            // What a page listed counts, though the event that overtook it has marked it.
            source.list([TestSource.entity("e0")])
            source.intercept { _ in
                source.intercept(nil)
                try await operations.apply(event, to: provider)
                return nil
            }
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").count == 1)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a source that lists only what is rejected lists something, if it is known")
    func onlyRejected() async throws {
        let source = TestSource(names: ["a", "b"])
        try await withEngine([.test("test", source) { $0.rejectRemovalsAbovePercentage = 100 }]) { engine in
            try await engine.runCycle("test")
            source.list([TestSource.entity("-not-valid")])
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .held)
            source.list([JSONText(.object(["kind": "Component", "metadata": .object(["name": "a"])]))])
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").keys.sorted() == [TestSource.ref("a")])
        }
    }

    @Test("a held sweep is decided anew by the next cycle, and several held ones merge into one older generation")
    func heldThenDecidedAnew() async throws {
        let names = (0..<3_000).map { "e\($0)" }
        let source = TestSource(names: names, pageSize: 500)
        try await withEngine([.test("test", source) { $0.rejectRemovalsAbovePercentage = 10 }]) { engine in
            try await engine.runCycle("test")
            for part in 1...3 {
                source.list(names.prefix(1_000 - part).map { TestSource.entity($0) })
                try await engine.runAnotherCycle("test")
                #expect(try await engine.operations.status(of: "test").phase == .held)
                #expect(try await engine.violations(of: "test").isEmpty)
            }
            source.list(names.prefix(2_900).map { TestSource.entity($0) })
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").count == 2_900)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a discarded sweep removes nothing")
    func discarded() async throws {
        let source = TestSource(names: ["a", "b", "c"])
        try await withEngine([.test("test", source)]) { engine in
            try await engine.runCycle("test")
            source.list([TestSource.entity("a")])
            try await engine.runAnotherCycle("test")
            try await engine.operations.discardSweep("test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.known == 3 && status.held == nil)
            await #expect(throws: OperationError.self) { try await engine.operations.approveSweep("test") }
        }
    }

    @Test("I3: a cycle that is resumed sweeps only what none of its bursts met")
    func resumedCycleIsOneWindow() async throws {
        let source = TestSource(names: (0..<100).map { "e\($0)" })
        try await withEngine([.test("test", source) { $0.burstLength = .zero }]) { engine in
            try await engine.runCycle("test")
            try await engine.operations.start("test")
            for burst in 0..<200 {
                guard let job = try await engine.claim().first else { break }
                if burst == 5 {
                    // This worker dies in the middle of the cycle.
                    engine.time.advance(by: .seconds(31))
                } else {
                    await engine.worker.perform(job)
                }
            }
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.counts.removed == 0 && status.known == 100)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }
}
