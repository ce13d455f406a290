import Catalog
import Testing

@testable import CatalogConsumer

@Suite struct SQLiteSinkTests {
    private func ids(_ number: UInt64) -> StreamEntryID { StreamEntryID(milliseconds: number, sequence: 0) }

    @Test func addsChangesAndRemoves() async throws {
        try await withSink { sink in
            let entries = [
                try TestDelta.adding("a", "b", "c").at(1000).entry(1),
                try TestDelta.adding("a").at(2000).entry(2),
                try TestDelta.adding("b", revision: 2).at(3000).entry(3),
                try TestDelta.removing("component:default/c", "component:default/never").at(4000).entry(4),
            ]
            try await sink.apply(entries, provider: "github")
            let found = try await sink.catalog.entities()
            #expect(found.map(\.ref) == ["component:default/a", "component:default/b"])
            #expect(found.map(\.firstChanged) == [1000, 1000])
            #expect(found.map(\.lastChanged) == [1000, 3000])
            let body = try #require(found.last?.body)
            #expect(try JSON(parsing: body)["spec"]?["revision"] == 2)
            #expect(found.map(\.digest) == [entries[1], entries[2]].map { $0.delta.added[0].entity.digest.value })
            let provider = try #require(try await sink.catalog.providers().first)
            #expect(provider.counts == CatalogCounts(added: 3, changed: 1, unchanged: 1, removed: 1))
            #expect(provider.entities == 2)
            #expect(provider.lastEntryID == ids(4))
        }
    }

    @Test("an entity that is removed under an old location key and added under a new one in one entry stays")
    func movesToAnotherLocationKey() async throws {
        try await withSink { sink in
            try await sink.apply([TestDelta.adding("a", "b").entry(1)], provider: "github")
            var move = TestDelta.adding("a")
            move.removed = ["component:default/a"]
            try await sink.apply([move.entry(2)], provider: "github")
            #expect(try await sink.catalog.entities().map(\.ref) == ["component:default/a", "component:default/b"])
            let provider = try #require(try await sink.catalog.providers().first)
            #expect(provider.counts == CatalogCounts(added: 2, unchanged: 1) && provider.entities == 2)
        }
    }

    @Test("what is rejected now stays in a catalog that begins anew")
    func keepsWhatIsRejected() async throws {
        try await withSink { sink in
            try await sink.apply([TestDelta.adding("a", "b", "c").entry(1)], provider: "github")
            try await sink.restart(provider: "github", after: ids(1))
            var page = TestDelta.adding("a").generation(2)
            page.kept = ["component:default/b", "component:default/never"]
            let entries = [
                try TestDelta.cycle(.cycleStarted, 2).entry(2), try page.entry(3),
                try TestDelta.cycle(.cycleCompleted, 2).entry(4),
            ]
            try await sink.apply(entries, provider: "github")
            #expect(try await sink.catalog.entities().map(\.ref) == ["component:default/a", "component:default/b"])
        }
    }

    @Test func whatWasStoredIsNotAppliedAgain() async throws {
        try await withSink { sink in
            #expect(try await sink.lastEntryID(provider: "github") == nil)
            let first = try TestDelta.adding("a").entry(1)
            let second = try TestDelta.removing("component:default/a").entry(2)
            try await sink.apply([first, second], provider: "github")
            try await sink.apply([first], provider: "github")
            #expect(try await sink.catalog.count() == 0)
            #expect(try await sink.lastEntryID(provider: "github") == ids(2))
            try await sink.apply([second, TestDelta.adding("b").entry(3)], provider: "github")
            #expect(try await sink.catalog.entities().map(\.ref) == ["component:default/b"])
            let provider = try #require(try await sink.catalog.providers().first)
            #expect(provider.counts == CatalogCounts(added: 2, removed: 1))
        }
    }

    @Test func providersAreApart() async throws {
        try await withSink { sink in
            try await sink.apply([TestDelta.adding("a").entry(5)], provider: "github")
            try await sink.apply([TestDelta.adding("a", "b").entry(2)], provider: "ldap")
            try await sink.apply([TestDelta.removing("component:default/a").entry(6)], provider: "github")
            #expect(try await sink.catalog.entities(ref: "Component:default/A").map(\.provider) == ["ldap"])
            #expect(try await sink.lastEntryID(provider: "ldap") == ids(2))
        }
    }

    @Test func cyclesAreCountedByGeneration() async throws {
        try await withSink { sink in
            var number: UInt64 = 0
            for generation in Int64(1)...3 {
                for delta in [
                    TestDelta.cycle(.cycleStarted, generation).at(generation * 100),
                    TestDelta.adding("a", "b\(generation)", revision: Int(generation)).generation(generation),
                    TestDelta.cycle(generation == 2 ? .sweepHeld : .cycleCompleted, generation).at(
                        generation * 100 + 50
                    ),
                ] {
                    number += 1
                    try await sink.apply([delta.entry(number)], provider: "github")
                }
            }
            let cycles = try await sink.catalog.cycles(provider: "github", limit: 10)
            #expect(cycles.map(\.generation) == [3, 2, 1])
            #expect(cycles.map(\.started) == [300, 200, 100])
            #expect(cycles.map(\.completed) == [350, nil, 150])
            #expect(cycles.map(\.held) == [nil, 250, nil])
            #expect(cycles.map(\.counts.added) == [1, 1, 2])
            #expect(cycles.map(\.counts.changed) == [1, 1, 0])
            #expect(try await sink.catalog.providers().first?.cycles == 2)
        }
    }

    @Test func oldCyclesAreForgotten() async throws {
        try await withSink { sink in
            let entries = try (1...120).map { try TestDelta.cycle(.cycleCompleted, $0).entry(UInt64($0)) }
            try await sink.apply(entries, provider: "github")
            #expect(try await sink.catalog.cycles(provider: "github", limit: 1000).map(\.generation).last == 21)
        }
    }

    @Test("I3: after a restart, what is published again stays, and the rest goes when a whole cycle has ended")
    func restart() async throws {
        try await withSink { sink in
            try await sink.apply([TestDelta.adding("kept", "changed", "gone", "late").entry(50)], provider: "github")
            try await sink.apply([TestDelta.adding("other").entry(51)], provider: "ldap")
            try await sink.restart(provider: "github", after: ids(20))
            #expect(try await sink.lastEntryID(provider: "github") == ids(20))
            #expect(try await sink.catalog.count() == 5)

            // The end of a cycle that began before says nothing of what is gone.
            try await sink.apply([TestDelta.cycle(.cycleCompleted, 4).entry(21)], provider: "github")
            #expect(try await sink.catalog.count() == 5)
            try await sink.apply(
                [
                    TestDelta.cycle(.cycleStarted, 5).entry(22),
                    TestDelta.adding("kept", "late").generation(5).entry(23),
                    TestDelta.adding("changed", revision: 2).generation(5).entry(24),
                ],
                provider: "github"
            )
            #expect(try await sink.catalog.count() == 5)
            try await sink.apply([TestDelta.cycle(.cycleCompleted, 5).entry(25)], provider: "github")
            let refs = try await sink.catalog.entities().map(\.ref)
            #expect(refs == ["changed", "kept", "late", "other"].map { "component:default/\($0)" })
            #expect(try await sink.catalog.search("gone").isEmpty)
            #expect(try await sink.catalog.cycles(provider: "github").first?.counts.removed == 1)

            // Later cycles publish what changed only.
            try await sink.apply(
                [TestDelta.cycle(.cycleStarted, 6).entry(26), TestDelta.cycle(.cycleCompleted, 6).entry(27)],
                provider: "github"
            )
            #expect(try await sink.catalog.count() == 4)
        }
    }

    @Test("what was purged stays until a later cycle has not brought it again")
    func purged() async throws {
        try await withSink { sink in
            try await sink.apply([TestDelta.adding("kept", "gone").entry(50)], provider: "github")
            try await sink.apply([TestDelta.cycle(.purged, 4).entry(51)], provider: "github")
            try await sink.apply([TestDelta.cycle(.cycleCompleted, 4).entry(52)], provider: "github")
            #expect(try await sink.catalog.count() == 2)
            try await sink.apply(
                [
                    TestDelta.cycle(.cycleStarted, 5).entry(53), TestDelta.adding("kept").generation(5).entry(54),
                    TestDelta.cycle(.cycleCompleted, 5).entry(55),
                ],
                provider: "github"
            )
            #expect(try await sink.catalog.entities().map(\.ref) == ["component:default/kept"])
        }
    }

    @Test func aRestartOfAnUnknownProviderOnlySetsItsPosition() async throws {
        try await withSink { sink in
            try await sink.restart(provider: "github", after: ids(7))
            #expect(try await sink.lastEntryID(provider: "github") == ids(7))
            #expect(try await sink.catalog.count() == 0)
        }
    }

    @Test func aCancelledBatchLeavesNothing() async throws {
        try await withSink { sink in
            let entry = try TestDelta.adding("a").entry(1)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await sink.apply([entry], provider: "github")
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await sink.catalog.count() == 0)
            #expect(try await sink.lastEntryID(provider: "github") == nil)
        }
    }

    @Test @MainActor func returnsToTheActorThatCalled() async throws {
        try await withTemporaryFile("catalog.db") { path in
            let sink = try SQLiteSink(path: path)
            try await sink.apply([TestDelta.adding("a").entry(1)], provider: "github")
            MainActor.preconditionIsolated()
            _ = try await sink.lastEntryID(provider: "github")
            MainActor.preconditionIsolated()
        }
    }
}
