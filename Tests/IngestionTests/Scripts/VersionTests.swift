import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

/// Two builds on one Redis: the next one stores jobs of version 2 and knows layout 2.
@Suite struct VersionTests {
    /// This build, and the next one.
    private struct Builds {
        let engine: TestEngine
        let next: Worker

        var old: Store { engine.store }
        var new: Store { next.store }
        var lane: LaneKeys { old.lane(0) }

        func send(_ command: String...) async throws -> RESPValue {
            try await old.redis.send(RedisCommand(command[0], arguments: command.dropFirst()))
        }

        func claim(_ store: Store, _ count: Int = 100) async throws -> Claim {
            try await store.claim(count, on: lane, lease: engine.settings.lease)
        }

        /// Lets the next build read the first page, which forks.
        func fork() async throws {
            let root = try #require(try await claim(new, 1).jobs.first)
            await next.perform(root)
        }
    }

    /// A provider of so many chains, each of two pages, a page a burst.
    private func withBuilds(chains: Int = 3, _ body: (Builds) async throws -> Void) async throws {
        let source = TestSource(
            (0..<chains).map { chain in (0..<20).map { TestSource.entity("e\(chain)-\($0)") } },
            pageSize: 10
        )
        let provider = Provider.test("test", source) {
            $0.burstLength = .zero
            $0.concurrency = 2
        }
        try await withEngine([provider]) { engine in
            let store = engine.store
            let newer = Store(
                redis: store.redis,
                versions: FormatVersions(jobs: 2, entries: 1, layout: 2),
                clockOffset: store.clockOffset
            )
            let next = try Worker(store: newer, providers: [provider], settings: engine.settings, logger: .quiet)
            try await next.register()
            try await body(Builds(engine: engine, next: next))
        }
    }

    @Test(
        "a job that is newer than the worker is not touched, keeps it from nothing else, and is the next build's at once"
    )
    func newerJobs() async throws {
        try await withBuilds { builds in
            try await builds.fork()
            let jobs = try await builds.engine.operations.jobs(of: "test", most: 10)
            #expect(jobs.count == 3)
            let before = try await builds.old.redis.pipeline(
                jobs.map { RedisCommand("HGETALL", builds.lane.job($0.id)) }
            )
            _ = try await builds.send("DEL", builds.lane.wake)

            let claim = try await builds.claim(builds.old)
            #expect(claim.jobs.isEmpty && claim.spoiled.isEmpty)
            let after = try await builds.old.redis.pipeline(
                jobs.map { RedisCommand("HGETALL", builds.lane.job($0.id)) }
            )
            #expect(before == after)
            let status = try await builds.engine.operations.status(of: "test")
            #expect(status.newer == ProviderStatus.Newer(count: 3, version: 2))
            #expect(status.active == 0 && status.waiting == 0 && status.stalls == 0 && status.failures == 0)
            #expect(try await builds.engine.violations(of: "test").isEmpty)

            // Nothing has it look again before the 5 s of every idle worker, and whoever knows them is woken.
            #expect(try #require(claim.due) > .seconds(5))
            _ = try await builds.send("DEL", builds.lane.wake)
            #expect(try #require(try await builds.claim(builds.old).due) > .seconds(5))
            #expect(try await builds.send("EXISTS", builds.lane.wake).int == 0)
            #expect(builds.lane.wakes(upTo: 1) == [builds.lane.wake])
            #expect(try await builds.send("ZPOPMIN", builds.lane.wakes(upTo: 2)[1]).array?.count == 2)

            let taken = try await builds.claim(builds.new, 1)
            #expect(taken.jobs.count == 1 && taken.jobs[0].attempts == 0)
            // The next that is idle is told of the others.
            #expect(try await builds.send("ZPOPMIN", builds.lane.wakes(upTo: 2)[1]).array?.count == 2)
            await builds.next.perform(taken.jobs[0])
            while let job = try await builds.claim(builds.new, 1).jobs.first { await builds.next.perform(job) }
            #expect(try await builds.engine.operations.status(of: "test").phase == .resting)
            #expect(try await builds.engine.catalog(of: "test").count == 60)
            #expect(try await builds.engine.violations(of: "test").isEmpty)
        }
    }

    @Test(
        "Q8: however many newer jobs there are, a claim looks at a bounded number, and comes to the older one behind them"
    )
    func manyNewerJobs() async throws {
        try await withBuilds(chains: 250) { builds in
            try await builds.fork()
            let behind = try #require(try await builds.engine.operations.jobs(of: "test", most: 1_000).last)
            _ = try await builds.send("HSET", builds.lane.job(behind.id), "v", "1")
            var claims = 0
            var found: [Job] = []
            while found.isEmpty, claims < 3 {
                claims += 1
                let claim = try await builds.claim(builds.old, 1)
                found = claim.jobs
                if found.isEmpty { #expect(claim.due == .zero) }
            }
            #expect(found.map(\.id) == [behind.id])
            #expect(try await builds.engine.violations(of: "test").isEmpty)
        }
    }

    @Test(
        "the lease of a newer job that ran out is taken back by an older worker, and its holder is refused from there on"
    )
    func expiredLease() async throws {
        try await withBuilds(chains: 2) { builds in
            try await builds.fork()
            let held = try #require(try await builds.claim(builds.new, 1).jobs.first)
            builds.engine.time.advance(by: builds.engine.settings.lease + .seconds(1))
            #expect(try await builds.claim(builds.old).jobs.isEmpty)
            #expect(try await builds.engine.operations.status(of: "test").newer?.count == 2)
            #expect(try await builds.new.renew([held], on: builds.lane, lease: .seconds(1)) == [held.id])
            let again = try await builds.claim(builds.new).jobs.filter { $0.id == held.id }
            #expect(again.count == 1 && again[0].fence > held.fence && again[0].cursor == held.cursor)
            #expect(try await builds.engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a job without a version, as builds before this left it, is anyone's; who stores its cursor gives it one")
    func jobsWithoutVersion() async throws {
        try await withBuilds { builds in
            let root = try #require(try await builds.claim(builds.old, 1).jobs.first)
            await builds.engine.worker.perform(root)
            let ids = try await builds.engine.operations.jobs(of: "test", most: 10).map { builds.lane.job($0.id) }
            for id in ids { _ = try await builds.send("HDEL", id, "v") }
            #expect(try await builds.engine.violations(of: "test").isEmpty)
            for (store, worker) in [(builds.old, builds.engine.worker), (builds.new, builds.next)] {
                let job = try #require(try await builds.claim(store, 1).jobs.first)
                await worker.perform(job)
                let version = try await builds.send("HGET", builds.lane.job(job.id), "v")
                #expect(version.string == "\(store.versions.jobs)")
            }
        }
    }

    @Test("a cycle that a person begins anew drops the newer jobs of the one before: a rollback for good goes on")
    func beginsAnew() async throws {
        try await withBuilds { builds in
            try await builds.fork()
            _ = try await builds.claim(builds.old)
            try await builds.engine.operations.start("test")
            #expect(try await builds.engine.operations.status(of: "test").newer == nil)
            try await builds.engine.runCycle("test")
            #expect(try await builds.engine.catalog(of: "test").count == 60)
            #expect(try await builds.engine.violations(of: "test").isEmpty)
        }
    }

    @Test("no script of a build that does not know the layout changes anything; the one that raised it goes on")
    func newerLayout() async throws {
        try await withBuilds { builds in
            try await builds.fork()
            #expect(try await builds.new.raiseLayout() == 1)
            #expect(try await builds.new.raiseLayout() == 2)
            let digest = try await builds.send("DEBUG", "DIGEST")
            for script in Scripts.all {
                let error = await #expect(throws: StoreError.self) {
                    _ = try await builds.old.evaluate(
                        script,
                        on: builds.lane,
                        keys: (0..<20).map { "\(builds.lane.tag):\($0)" }
                    ) {
                        _ in
                    }
                }
                #expect(error?.code == .layout && error?.message.contains("version 2") == true, "\(script.name)")
            }
            await #expect(throws: StoreError.self) { try await builds.old.requireKnownLayout() }
            #expect(try await builds.send("DEBUG", "DIGEST") == digest)
            try await builds.new.requireKnownLayout()
            #expect(try await builds.claim(builds.new).jobs.count == 2)
        }
    }

    @Test("a worker whose layout is raised under it ends with the reason; its job goes on with the next build")
    func workerEnds() async throws {
        try await withBuilds { builds in
            let worker = builds.engine.worker
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await eventually { worker.health.sinceLastClaim != nil }
                _ = try await builds.new.raiseLayout()
                // Woken, or after its 5 s.
                _ = try await builds.send("ZADD", builds.lane.wake, "0", "wake")
                do {
                    try await group.next()
                    Issue.record("it ended without a reason")
                } catch let error as StoreError {
                    #expect(error.code == .layout)
                }
            }
            await #expect(throws: StoreError.self) { try await worker.run() }
            builds.engine.time.advance(by: builds.engine.settings.lease + .seconds(1))
            for _ in 0..<50 { for job in try await builds.claim(builds.new).jobs { await builds.next.perform(job) } }
            #expect(try await builds.engine.catalog(of: "test").count == 60)
        }
    }
}
