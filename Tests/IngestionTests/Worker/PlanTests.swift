import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

/// A cycle belongs to one plan: workers whose configurations read a source otherwise.
@Suite struct PlanTests {
    /// A list that is read by the number of the page, or by an offset, as one configuration says it.
    struct Listing: EntitySource {
        static let names = (0..<200).map { "e\($0)" }

        var pageSize = 10
        var isReversed = false
        var isOffset = false

        var planIdentity: JSON {
            ["pageSize": .integer(Int64(pageSize)), "reversed": .bool(isReversed), "offset": .bool(isOffset)]
        }

        func withClient(_ burst: (()) async throws -> Void) async throws { try await burst(()) }

        func page(at cursor: JSON?, using client: ()) async throws -> Page {
            let names = isReversed ? Self.names.reversed() : Self.names
            let place = Int(cursor?.integer ?? 0)
            let start = min(isOffset ? place : place * pageSize, names.count)
            let end = min(start + pageSize, names.count)
            let next = isOffset ? end : place + 1
            return Page(
                entities: names[start..<end].map { TestSource.entity($0) },
                next: end < names.count ? [.integer(Int64(next))] : []
            )
        }
    }

    /// A page a burst.
    private func provider(_ listing: Listing, _ change: (inout Provider) -> Void = { _ in }) -> Provider {
        .test("test", listing) {
            $0.burstLength = .zero
            change(&$0)
        }
    }

    private func withEngine(
        _ listing: Listing = Listing(),
        _ change: (inout Provider) -> Void = { _ in },
        _ body: (TestEngine) async throws -> Void
    ) async throws {
        try await TestSupport.withEngine([provider(listing, change)]) { engine in
            try await body(engine)
            #expect(try await engine.violations(of: "test") == [])
        }
    }

    /// Reads so many pages, one a burst.
    private func read(_ pages: Int, _ engine: TestEngine) async throws {
        for _ in 0..<pages {
            await engine.worker.perform(try #require(try await engine.claim(1).first))
        }
    }

    private func history(_ engine: TestEngine) async throws -> [CycleRecord.Outcome?] {
        try await engine.operations.history("test", most: 50).map(\.outcome).reversed()
    }

    private func expectWhole(_ engine: TestEngine) async throws {
        #expect(try await engine.catalog(of: "test").count == Listing.names.count)
        #expect(try await engine.deltas(of: "test").allSatisfy { $0.removed.isEmpty })
    }

    @Test(
        "a worker that comes back with another page size or order starts the cycle over, once, at once: nothing is removed",
        arguments: [
            (Listing(), Listing(pageSize: 20)), (Listing(pageSize: 20), Listing()),
            (Listing(isOffset: true), Listing(isReversed: true, isOffset: true)),
        ]
    )
    func restart(plans: (before: Listing, after: Listing)) async throws {
        try await withEngine(plans.before) { engine in
            try await engine.runCycle("test")
            try await engine.operations.start("test")
            try await read(5, engine)
            try await engine.store.unregister([provider(plans.before)])
            let restarted = try await engine.starting([provider(plans.after)])
            let status = try await restarted.operations.status(of: "test")
            #expect(status.phase == .starting && status.due == nil && status.failures == 0)
            try await restarted.runCycle("test")
            #expect(try await history(engine) == [.completed, .replanned, .completed])
            try await expectWhole(engine)
        }
    }

    @Test("a worker with the plan that there was goes on with the cycle where it stands")
    func samePlan() async throws {
        try await withEngine { engine in
            try await read(5, engine)
            let restarted = try await engine.starting([provider(Listing()) { $0.restLength = .seconds(1) }])
            try await restarted.runCycle("test")
            #expect(try await history(engine) == [.completed])
            #expect(try await engine.operations.status(of: "test").generation == 1)
        }
    }

    @Test(
        "old and new workers side by side: only the new one gets jobs, and a burst of the old one writes nothing more"
    )
    func sideBySide() async throws {
        try await withEngine { old in
            try await read(5, old)
            let held = try #require(try await old.claim(1).first)
            let new = try await old.starting([provider(Listing(pageSize: 20))])
            // It began before.
            let (marked, entries) = (
                try await old.operations.status(of: "test").marked, try await old.deltas(of: "test").count
            )
            await old.worker.perform(held)
            #expect(try await old.operations.status(of: "test").marked == marked && marked == 50)
            #expect(try await old.deltas(of: "test").count == entries)

            let lane = old.store.lane(0)
            let plan = provider(Listing(pageSize: 20)).plan
            for _ in 0..<100 {
                #expect(try await old.claim().isEmpty)
                // It is not woken by what it left, and the other is.
                _ = try await old.store.redis.call("DEL", lane.wake)
                #expect(try await old.claim().isEmpty)
                #expect(try await old.store.redis.call("EXISTS", lane.wake).int == 0)
                let status = try await old.operations.status(of: "test")
                guard [.starting, .running, .sweeping].contains(status.phase) else { break }
                #expect(try await old.store.redis.call("EXISTS", "\(lane.wake):\(plan)").int == 1)
                let jobs = try await new.claim(1)
                #expect(jobs.count == 1 && jobs[0].attempts == 0)
                await new.worker.perform(try #require(jobs.first))
            }
            let status = try await old.operations.status(of: "test")
            #expect(status.phase == .resting && status.stalls == 0 && status.active == 0 && status.waiting == 0)
            #expect(status.workers == ProviderStatus.Workers(withPlan: 1, withAnother: 1, seen: status.workers?.seen))
            #expect(try await history(old) == [.replanned, .completed])
            try await expectWhole(old)
        }
    }

    @Test("what a worker without the plan leaves alone is changed in nothing but its place")
    func leftAlone() async throws {
        try await withEngine { engine in
            try await read(5, engine)
            let job = try #require(try await engine.operations.jobs(of: "test", most: 1).first)
            let stranger = try await engine.starting([.test("other", TestSource(names: ["a"]))])
            let before = try await engine.store.redis.call("HGETALL", engine.store.lane(0).job(job.id))
            #expect(try await stranger.claim().map(\.provider) == ["other"])
            #expect(try await engine.store.redis.call("HGETALL", engine.store.lane(0).job(job.id)) == before)
            #expect(try await engine.operations.jobs(of: "test", most: 2).map(\.place) == [.waiting])
            #expect(try await engine.claim(1).map(\.id) == [job.id])
        }
    }

    @Test(
        "a rolling update starts the cycle over once, whatever order old and new workers come, restart and tell of themselves in"
    )
    func rollingUpdate() async throws {
        let (before, after) = (provider(Listing()), provider(Listing(pageSize: 20)))
        try await withEngine { old in
            try await read(3, old)
            let secondOld = try await old.starting([before])
            let new = try await old.starting([after])
            // An old one is started again while another lives.
            try await secondOld.store.unregister([before])
            let restarted = try await old.starting([before])
            for _ in 0..<5 {
                old.time.advance(by: .seconds(10))
                for engine in [old, restarted, new, old] { try await engine.worker.register() }
                try await new.store.release(try #require(try await new.claim(1).first))
            }
            #expect(try await history(old) == [.replanned])
            #expect(!(old.worker.registrations["test"]?.hasPlan ?? true))
            #expect(new.worker.registrations["test"]?.hasPlan == true)
            let secondNew = try await old.starting([after])
            try await old.store.unregister([before])
            try await restarted.store.unregister([before])
            try await secondNew.runCycle("test")
            #expect(try await history(old) == [.replanned, .completed])
            try await expectWhole(old)
        }
    }

    @Test(
        "rolling back needs no command: once no worker with the newer plan lives, the older one is the provider's again"
    )
    func rollback() async throws {
        let (before, after) = (provider(Listing()), provider(Listing(pageSize: 20)))
        try await withEngine { old in
            let new = try await old.starting([after])
            try await read(3, new)
            try await old.worker.register()
            #expect(try await old.claim(1).isEmpty)
            // It is killed: its last sign of life counts for 30 s.
            old.time.advance(by: .seconds(15))
            try await old.worker.register()
            #expect(try await old.claim(1).isEmpty)
            old.time.advance(by: .seconds(16))
            try await old.worker.register()
            try await old.runCycle("test")
            // When the newer one came, nothing had been read yet.
            #expect(try await history(old) == [.replanned, .completed])
            try await expectWhole(old)
            // The same when it ends in good order, and at once.
            let again = try await old.starting([after])
            try await again.operations.start("test")
            try await read(3, again)
            try await again.store.unregister([after])
            try await old.starting([before]).runCycle("test")
            #expect(try await history(old).suffix(2) == [.replanned, .completed])
            try await expectWhole(old)
        }
    }

    @Test(
        "after Redis was away for longer than signs of life count, the newest plan is the provider's, whoever comes first"
    )
    func afterAnOutage() async throws {
        try await withEngine { old in
            let new = try await old.starting([provider(Listing(pageSize: 20))])
            try await old.worker.register()
            for first in [old, new] {
                old.time.advance(by: .seconds(60))
                for engine in [first, old, new, old] { try await engine.worker.register() }
                #expect(new.worker.registrations["test"]?.hasPlan == true)
                #expect(old.worker.registrations["test"]?.hasPlan == false)
            }
            // One that was frozen while another plan came is not the newest.
            old.time.advance(by: .seconds(60))
            let newest = try await old.starting([provider(Listing(pageSize: 30))])
            try await new.worker.register()
            #expect(newest.worker.registrations["test"]?.hasPlan == true)
            #expect(new.worker.registrations["test"]?.hasPlan == false)
        }
    }

    @Test("Redis's clock is set back by a day: a worker that has ended does not count as living for as long")
    func clockSetBack() async throws {
        try await withEngine { old in
            let new = try await old.starting([provider(Listing(pageSize: 20))])
            old.time.advance(by: .seconds(-86_400))
            try await old.worker.register()
            old.time.advance(by: .seconds(31))
            try await old.worker.register()
            #expect(old.worker.registrations["test"]?.hasPlan == true)
            #expect(try await new.claim(1).isEmpty)
        }
    }

    @Test("the decision about a cycle of an earlier plan is over: its held sweep, its dead jobs")
    func decisions() async throws {
        let source = TestSource(names: ["a", "b", "c"])
        let before = Provider.test("test", source) { $0.maxAttempts = 1 }
        let after = Provider.test("test", TestSource(names: ["a", "b", "c"], plan: "after"))
        try await TestSupport.withEngine([before]) { engine in
            try await engine.runCycle("test")
            source.list([JSONText]())
            try await engine.runAnotherCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .held)
            let second = try await engine.starting([after])
            #expect(try await engine.operations.status(of: "test").phase == .starting)
            await #expect(throws: OperationError.self) { try await engine.operations.approveSweep("test") }
            try await second.runCycle("test")
            try await second.store.unregister([after])

            let third = try await engine.starting([before])
            source.intercept { _ in throw SourceError(.refused, "no") }
            try await third.runAnotherCycle("test")
            let dead = try #require(try await engine.operations.dead("test").first)
            let fourth = try await engine.starting([after])
            await #expect(throws: OperationError.self) { try await engine.operations.retry(dead.id) }
            try await fourth.runCycle("test")
            #expect(try await history(engine).last == .completed)
            #expect(try await engine.catalog(of: "test").count == 3)
        }
    }

    @Test("a provider that rests goes on resting, and its next cycle has the new plan; one that is paused stays so")
    func restsAndPauses() async throws {
        try await withEngine { engine in
            try await engine.runCycle("test")
            let due = try await engine.operations.status(of: "test").due
            let new = try await engine.starting([provider(Listing(pageSize: 20))])
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .resting && status.due == due && due != nil)
            #expect(try await history(engine) == [.completed])

            try await new.operations.start("test")
            try await read(2, new)
            _ = try await new.operations.pause("test")
            let newest = try await engine.starting([provider(Listing(pageSize: 30))])
            #expect(try await engine.operations.status(of: "test").pausedSince != nil)
            #expect(try await newest.claim().isEmpty)
            try await newest.operations.resume("test")
            try await newest.runCycle("test")
            #expect(try await history(engine) == [.completed, .replanned, .completed])
            try await expectWhole(engine)
        }
    }

    @Test("a worker that is about to begin a cycle with an earlier plan does not begin it")
    func aboutToBegin() async throws {
        try await withEngine { old in
            try await old.runCycle("test")
            try await old.operations.trigger("test")
            let job = try #require(try await old.claim(1).first)
            let new = try await old.starting([provider(Listing(pageSize: 20))])
            await old.worker.perform(job)
            #expect(try await old.operations.status(of: "test").generation == 1)
            try await new.drain()
            #expect(try await old.operations.status(of: "test").generation == 2)
        }
    }

    @Test("a build that knew no plans has left an open cycle: it starts over")
    func upgrade() async throws {
        try await withEngine { engine in
            try await read(5, engine)
            let keys = engine.store.keys(of: "test")
            _ = try await engine.store.redis.call("HDEL", keys.hash, "plan", "plan_number", "served_at")
            _ = try await engine.store.redis.call("DEL", keys.workers)
            #expect(try await engine.operations.status(of: "test").workers == nil)
            try await engine.starting([provider(Listing())]).runCycle("test")
            #expect(try await history(engine) == [.replanned, .completed])
            try await expectWhole(engine)
        }
    }

    @Test("the point from which changes are told belongs to the plan: a worker with another does not ask from it")
    func changes() async throws {
        let feed = TestFeed(names: ["a", "b"])
        try await TestSupport.withEngine([.polled(feed)]) { engine in
            try await engine.runCycle("test")
            let new = try await engine.starting([.polled(feed) { $0.locationKey = "another" }])
            #expect(try await engine.operations.status(of: "test").feed?.hasPoint == false)
            engine.time.advance(by: .seconds(31))
            let before = feed.questions.count
            await engine.worker.poll("test")
            #expect(feed.questions.count == before)
            await new.worker.poll("test")
            #expect(feed.questions.last == .point)
        }
    }

    @Test("settings come from workers with the provider's plan: an old one that starts again changes none")
    func settings() async throws {
        let old = { (concurrency: Int) in self.provider(Listing()) { $0.concurrency = concurrency } }
        try await withEngine { engine in
            let hash = engine.store.keys(of: "test").hash
            func concurrency() async throws -> String? {
                try await engine.store.redis.call("HGET", hash, "concurrency").string
            }
            #expect(try await concurrency() == "8")
            _ = try await engine.starting([old(3)])
            #expect(try await concurrency() == "3")
            // A sign of life is no start.
            try await engine.worker.register()
            #expect(try await concurrency() == "3")
            _ = try await engine.starting([provider(Listing(pageSize: 20)) { $0.concurrency = 2 }])
            #expect(try await concurrency() == "2")
            _ = try await engine.starting([old(5)])
            #expect(try await concurrency() == "2")
        }
    }

    @Test("Redis comes back empty: workers register their providers anew, and a cycle brings everything back")
    func emptyRedis() async throws {
        try await withEngine { engine in
            try await engine.runCycle("test")
            _ = try await engine.store.redis.call("FLUSHALL")
            try await engine.worker.register()
            #expect(engine.worker.registrations["test"]?.isNew == true)
            try await engine.runCycle("test")
            try await expectWhole(engine)
        }
    }

    @Test("a provider that no living worker has is said to be without one, since its last sign of life")
    func unserved() async throws {
        try await withEngine { engine in
            let seen = try await engine.operations.status(of: "test").at
            #expect(try await engine.operations.status(of: "test").workers?.withPlan == 1)
            engine.time.advance(by: .seconds(31))
            let workers = try #require(try await engine.operations.status(of: "test").workers)
            #expect(workers.withPlan == 0 && workers.withAnother == 0)
            #expect(abs(try #require(workers.seen) - seen) < 5_000)
        }
    }
}
