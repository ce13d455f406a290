import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

/// What a feed tells that would remove too much is held.
extension PollerTests {
    @Test(
        "a poll that would remove more than a sweep may is held, nothing of it and nothing after it is applied",
        arguments: [false, true]
    )
    func held(byChanging: Bool) async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            // Gone, or passed over by the mapping from now on.
            for number in 0..<20 { source.set(TestFeed.id(number), byChanging ? [] : nil) }
            source.set(TestFeed.id(24), [TestSource.entity("e24", title: "changed")])
            await poll(engine)
            source.set(TestFeed.id(23), [TestSource.entity("e23", title: "changed")])
            await poll(engine)
            #expect(try await events(engine).map(\.type) == [.sweepHeld])
            #expect(try await engine.catalog(of: "test").count == 25)
            let status = try await engine.operations.status(of: "test")
            #expect(status.status == "held" && status.held?.isOfChanges == true)
            #expect(status.held?.unmarked == 20 && status.held?.known == 25)
            #expect(status.held?.reason.contains("would remove 20 of 25 entities, 80 %") == true)
            #expect(try await engine.operations.unmarked("test", most: 100).count == 20)
            // A person approves: all of it is applied, from where it was told.
            try await engine.operations.approveSweep("test")
            await poll(engine, after: .zero)
            try await expectEqual(engine, source)
            #expect(try await engine.operations.status(of: "test").status == "resting")
            #expect(try await engine.operations.unmarked("test", most: 100).isEmpty)
            // Once: what goes after it is held again.
            for number in 20..<24 { source.set(TestFeed.id(number), nil) }
            await poll(engine)
            #expect(try await engine.operations.status(of: "test").held?.unmarked == 4)
        }
    }

    @Test("an approval lets as many go as were held; the guard decides about more")
    func approvedIsBounded() async throws {
        try await withFeed(TestFeed(names: Self.names), { $0.rejectRemovalsAbovePercentage = 30 }) { engine, source in
            try await engine.runCycle("test")
            for number in 0..<15 { source.set(TestFeed.id(number), nil) }
            await poll(engine)
            try await engine.operations.approveSweep("test")
            for number in 15..<25 { source.set(TestFeed.id(number), nil) }
            source.set("new", [TestSource.entity("new")])
            await poll(engine)
            #expect(try await engine.operations.status(of: "test").held?.unmarked == 25)
            #expect(try await engine.catalog(of: "test").count == 25)
        }
    }

    @Test("many small polls do not go past the guard either; a whole cycle counts anew")
    func heldInSum() async throws {
        try await withFeed(TestFeed(names: Self.names), { $0.rejectRemovalsAbovePercentage = 20 }) { engine, source in
            try await engine.runCycle("test")
            for number in 0..<8 {
                source.set(TestFeed.id(number), nil)
                await poll(engine)
            }
            #expect(try await engine.catalog(of: "test").count == 20)
            #expect(try await engine.operations.status(of: "test").held?.reason.contains("24 % with what") == true)
            // The next cycle decides anew: its sweep may remove the three, and the feed tells from a new point.
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").status == "resting")
            try await expectEqual(engine, source)
            for number in 10..<13 {
                source.set(TestFeed.id(number), nil)
                await poll(engine)
            }
            try await expectEqual(engine, source)
            #expect(try await engine.operations.status(of: "test").held == nil)
        }
    }

    @Test("0 lets none go by a poll")
    func noneMayGo() async throws {
        try await withFeed(TestFeed(names: Self.names), { $0.rejectRemovalsAbovePercentage = 0 }) { engine, source in
            try await engine.runCycle("test")
            source.set(TestFeed.id(24), [TestSource.entity("e24", title: "changed")])
            await poll(engine)
            try await expectEqual(engine, source)
            source.set(TestFeed.id(0), nil)
            await poll(engine)
            #expect(try await engine.operations.status(of: "test").held?.unmarked == 1)
            #expect(try await engine.catalog(of: "test").count == 25)
        }
    }

    @Test("the guard knows all removals of an answer before its first part, however large it is")
    func heldBeforeTheFirstPart() async throws {
        let records = Dictionary(
            uniqueKeysWithValues: (0..<2_000).map { (TestFeed.id($0), [TestSource.entity("e\($0)")]) }
        )
        let feed = TestFeed(records, pageSize: 1_000, answerSize: 2_000)
        try await withFeed(feed, { $0.rejectRemovalsAbovePercentage = 30 }) { engine, source in
            try await engine.runCycle("test")
            for number in 0..<700 { source.set(TestFeed.id(number), nil) }
            await poll(engine)
            #expect(try await engine.catalog(of: "test").count == 2_000)
            #expect(try await engine.operations.status(of: "test").held?.unmarked == 700)
            #expect(try await engine.operations.unmarked("test", most: 1_000).count == 500)
            try await engine.operations.approveSweep("test")
            await poll(engine, after: .zero)
            try await expectEqual(engine, source)
        }
    }

    @Test("what is discarded is forgotten: a cycle reads the source anew, and its guard decides")
    func discarded() async throws {
        try await withFeed { engine, source in
            try await engine.runCycle("test")
            for number in 0..<20 { source.set(TestFeed.id(number), nil) }
            await poll(engine)
            try await engine.operations.discardSweep("test")
            #expect(try await engine.operations.status(of: "test").held == nil)
            #expect(try await feed(engine).hasPoint == false)
            await poll(engine, after: .zero)
            try await engine.runCycle("test")
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .held && status.held?.isOfChanges == false)
            try await engine.operations.approveSweep("test")
            try await engine.runCycle("test")
            try await expectEqual(engine, source)
            await #expect(throws: OperationError.self) { try await engine.operations.discardSweep("test") }
        }
    }
}
