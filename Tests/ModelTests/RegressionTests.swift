import Ingestion
import Testing

/// What the walk has found in the scripts, as short as it was shrunk.
@Suite struct RegressionTests {
    @Test("a live event before the first cycle does not keep it from beginning")
    func eventBeforeFirstCycle() async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .event("alpha", added: [Item(1, 0), Item(2, 0)], removed: [3]),
                3: .claim(lane: 0, count: 1),
                4: .begin("alpha:1-1@3"),
            ]
        )
    }

    @Test("a purge before the first cycle tells how many refs are left, once")
    func purgeBeforeFirstCycle() async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .event("alpha", added: (0..<5).map { Item($0, 0) }, removed: []),
                3: .purge("alpha", publish: true, of: nil),
                4: .purge("alpha", publish: true, of: 3),
                5: .purge("alpha", publish: true, of: 3),
            ]
        )
    }

    @Test("Q3: a commit that arrives after its holder had finished changes nothing", arguments: [false, true])
    func lateCommit(fails: Bool) async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 2, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .claim(lane: 0, count: 1),
                3: .begin("alpha:1-1@2"),
                4: fails ? .fail("alpha:1-1@2", maxAttempts: nil) : .finish("alpha:1-1@2", throttled: false),
                5: .commit("alpha:1-1@2", Listing(published: [Item(0, 0)], next: 3)),
                6: .advance(seconds: 60),
                7: .claim(lane: 0, count: 3),
            ]
        )
    }

    @Test("digests follow the provider's settings, whatever an older worker's configuration says")
    func digestsFollowTheSettings() async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 1, publish: .all, maxPending: 1000, maxLength: 1000),
                2: .event("alpha", added: [Item(1, 0)], removed: []),
                3: .claim(lane: 0, count: 1),
                4: .begin("alpha:1-1@3"),
                // A worker that has not yet read the new configuration.
                5: .commit("alpha:1-1@3", Listing(published: [Item(0, 0)], next: 1)),
                6: .commit("alpha:1-1@3", Listing(published: [Item(0, 1)], next: 1, publishesAll: true)),
                7: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
                8: .commit("alpha:1-1@3", Listing(unchanged: [Item(0, 0)], next: 1)),
                9: .commit("alpha:1-1@3", Listing(published: [Item(0, 2)], next: 1, publishesAll: true)),
                10: .commit("alpha:1-1@3", Listing(unchanged: [Item(0, 2)], next: 0)),
            ]
        )
    }

    @Test("a job that cannot begin its cycle is never given up: there would be no next cycle")
    func cycleIsNotGivenUp() async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .claim(lane: 0, count: 1),
                3: .begin("alpha:1-1@2"),
                4: .commit("alpha:1-1@2", Listing(published: [Item(0, 0)], next: 2)),
                5: .start("alpha"),
                6: .claim(lane: 0, count: 3),
                7: .fail("alpha:5-1@6", maxAttempts: 1),
                8: .advance(seconds: 60),
                9: .claim(lane: 0, count: 1),
                10: .begin("alpha:5-1@9"),
            ]
        )
    }

    @Test("a dead job of a cycle that failed for its cursor is not run again: the cycle would never end")
    func retryAfterExpiredCursor() async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 3, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .claim(lane: 0, count: 1),
                3: .expire("alpha:1-1@2"),
                4: .claim(lane: 0, count: 1),
                5: .begin("alpha:3-1@4"),
                6: .commit("alpha:3-1@4", Listing(published: [Item(0, 0)], next: 2)),
                7: .claim(lane: 0, count: 2),
                8: .fail("alpha:6-2@7", maxAttempts: 1),
                9: .expire("alpha:6-3@7"),
                10: .retry("alpha:6-2"),
                11: .advance(seconds: 100),
                12: .claim(lane: 0, count: 3),
            ]
        )
    }

    @Test("once the next cycle has begun to merge, a dead job of the last one is over, even if that cycle then fails")
    func retryAfterMerge() async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .event("alpha", added: (0..<5).map { Item($0, 0) }, removed: []),
                3: .claim(lane: 0, count: 1),
                4: .begin("alpha:1-1@3"),
                5: .commit("alpha:1-1@3", Listing(published: (5..<10).map { Item($0, 0) }, next: 1)),
                6: .fail("alpha:1-1@3", maxAttempts: 1),
                7: .advance(seconds: 100),
                8: .claim(lane: 0, count: 1),
                9: .begin("alpha:6-1@8"),
                10: .expire("alpha:6-1@8"),
                11: .claim(lane: 0, count: 1),
                12: .expire("alpha:10-1@11"),
                13: .retry("alpha:1-1"),
            ]
        )
    }

    @Test(
        "touched refs are kept only while a page of the cycle can be overtaken",
        arguments: [Step.pause("alpha"), .cancel("alpha", seconds: 50), .purge("alpha", publish: true, of: nil)]
    )
    func touchedRefs(end: Step) async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .event("alpha", added: [Item(0, 0)], removed: [1]),
                3: .claim(lane: 0, count: 1),
                4: .begin("alpha:1-1@3"),
                5: .event("alpha", added: [Item(2, 0)], removed: [3]),
                6: .commit("alpha:1-1@3", Listing(published: [Item(2, 1), Item(3, 0)], next: 1)),
                7: end,
                8: .event("alpha", added: [Item(4, 0)], removed: [5]),
            ]
        )
    }

    @Test("a provider whose last chain ends is not throttled until its next cycle")
    func throttledAtTheEnd() async throws {
        try await replay(
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 2, publish: .changed, maxPending: 1000, maxLength: 2),
                2: .claim(lane: 0, count: 1),
                3: .begin("alpha:1-1@2"),
                4: .commit("alpha:1-1@2", Listing(next: 2)),
                5: .claim(lane: 0, count: 2),
                6: .fail("alpha:4-2@5", maxAttempts: 1),
                7: .commit("alpha:4-3@5", Listing(published: [Item(0, 0)], next: 0)),
            ]
        )
    }
}
