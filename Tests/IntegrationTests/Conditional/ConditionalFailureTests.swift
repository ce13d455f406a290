import Catalog
import Ingestion
import Logging
import Redis
import Synchronization
import TestSupport
import Testing

/// Cycles over pages with ETags in which something goes wrong.
@Suite struct ConditionalFailureTests {
    private static let all = ["1:304", "2:304", "3:304", "4:304"]

    @Test(
        "a live event while a page is being answered with 304 wins over it, and what else is on the page is marked",
        arguments: [false, true]
    )
    func eventDuringARead(removes: Bool) async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            let isTold = Atomic(false)
            site.pages.intercept { number, _ in
                guard number == 2, !isTold.exchange(true, ordering: .relaxed) else { return nil }
                try? await site.tell(added: removes ? nil : "e", removed: removes ? "e" : nil)
                return nil
            }
            let cycle = try await site.run()
            #expect(
                cycle
                    == .init(
                        published: removes ? [] : ["e=event"],
                        removed: removes ? ["e"] : [],
                        answers: ["1:304", "2:200", "2:304", "3:304", "4:304"]
                    )
            )
            #expect(try await site.status().known == (removes ? 7 : 8))
            // The source says otherwise, and the next cycle hears it.
            #expect(try await site.run().published == ["e"])
        }
    }

    @Test("what is published of a page between its 304 and its commit makes it be read, and committed with its bodies")
    func changedBeforeTheCommit() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            let commits = Atomic(0)
            let lost = #"redis.call('HDEL', KEYS[11], 'component:default/e')"# + "\n"
            // What somebody else writes comes just before the second commit of the cycle.
            let store = Store(
                redis: site.engine.store.redis,
                clockOffset: { site.engine.time.milliseconds },
                variant: { script in
                    guard script.name == "commit", commits.add(1, ordering: .relaxed).newValue == 2 else {
                        return script
                    }
                    return RedisScript(
                        name: "commit",
                        source: script.flags + lost + script.source.dropFirst(script.flags.count)
                    )
                }
            )
            let worker = try Worker(
                store: store,
                providers: [try ConditionalSite.provider(site.url)],
                settings: site.engine.settings,
                logger: .quiet
            )
            try await worker.register()
            let engine = TestEngine(
                store: worker.store,
                time: site.engine.time,
                worker: worker,
                settings: site.engine.settings
            )
            let other = ConditionalSite(pages: site.pages, url: site.url, engine: engine)
            let cycle = try await other.run()
            #expect(cycle.published == ["e"] && cycle.removed == [])
            // Page 3 may have been read ahead meanwhile; then it is read again.
            #expect(Set(cycle.answers) == ["1:304", "2:200", "2:304", "3:304", "4:304"])
            let counts = try await site.status().counts
            #expect(counts.pages == 4 && counts.unmodified == 3 && counts.marked == 8)
            #expect(try await site.run() == .init(answers: Self.all))
        }
    }

    @Test(
        "a cycle that was cancelled after a page leaves what was kept of the others, and the next one removes nothing"
    )
    func cancelledCycle() async throws {
        try await ConditionalSite.with({ $0.burstLength = .zero }) { site in
            try await site.runFirst()
            try await site.engine.operations.start("test")
            for job in try await site.engine.claim() { await site.engine.worker.perform(job) }
            #expect(try await site.status().counts.unmodified == 1)
            try await site.engine.operations.cancel("test")
            #expect(try await site.run() == .init(answers: ["1:200", "2:304", "3:304", "4:304"]))
            #expect(try await site.run() == .init(answers: Self.all))
        }
    }

    @Test(
        "Q3: a worker that lost its lease while it waited for a 304 marks nothing; another goes on, and nothing is removed"
    )
    func lostLease() async throws {
        try await ConditionalSite.with({ $0.burstLength = .zero }) { site in
            try await site.runFirst()
            try await site.engine.operations.start("test")
            let stale = try #require(try await site.engine.claim().first)
            let begun = try #require(try await site.engine.store.begin(stale, lease: site.engine.settings.lease).get())
            site.engine.time.advance(by: site.engine.settings.lease + .seconds(1))
            let fresh = try #require(try await site.engine.claim().first)
            await site.engine.worker.perform(begun)
            #expect(try await site.status().counts.marked == 0)
            await site.engine.worker.perform(fresh)
            #expect(try await site.status().counts.unmodified == 1)
            try await site.engine.runCycle("test")
            let status = try await site.status()
            #expect(status.counts.unmodified == 4 && status.counts.removed == 0 && status.marked == 8)
            #expect(try await site.engine.violations(of: "test") == [])
        }
    }

    @Test(
        "U7: a cursor that has expired makes the cycle that starts over read every page in full: one may have named it"
    )
    func expiredCursor() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            let isRefused = Atomic(false)
            site.pages.intercept { number, _ in
                number == 3 && !isRefused.exchange(true, ordering: .relaxed) ? .json("{}", status: 410) : nil
            }
            let cycle = try await site.run()
            #expect(cycle.answers == ["1:200", "1:304", "2:200", "2:304", "3:200", "3:410", "4:200"])
            #expect(cycle.published == [] && cycle.removed == [])
        }
    }

    @Test(
        "U7: a next page that a 304 led to and that is refused makes the cycle read every page in full, once, by itself",
        arguments: [400, 401, 403, 404, 200],
        [true, false]
    )
    func refusedAfterKeptPage(status: Int, isNextBurst: Bool) async throws {
        let change: @Sendable (inout Provider) -> Void = {
            $0.maxAttempts = 1
            if isNextBurst { $0.burstLength = .zero }
        }
        try await ConditionalSite.with(change) { site in
            try await site.runFirst()
            // What page 2 names is good for as long as it was just read.
            let isFresh = Atomic(false)
            site.pages.intercept { number, request in
                if number == 2 { isFresh.store(request.header("If-None-Match") == nil, ordering: .relaxed) }
                guard number == 3, !isFresh.load(ordering: .relaxed) else { return nil }
                return .json("{}", status: status)
            }
            let cycle = try await site.run()
            #expect(cycle.published == [] && cycle.removed == [])
            let answers = Set(cycle.answers)
            #expect(answers.isSuperset(of: ["1:304", "2:304", "3:\(status)", "1:200", "2:200", "3:200", "4:200"]))
            let now = try await site.status()
            #expect(now.endings[.expired] == 1 && now.failures == 0)
        }
    }

    @Test("U7: what is refused again, when nothing is kept, is a failure like any other")
    func refusedAgain() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            site.pages.intercept { number, _ in number == 3 ? .json("{}", status: 400) : nil }
            try await site.engine.operations.start("test")
            try await site.engine.drain()
            let status = try await site.status()
            #expect(status.endings[.expired] == 1 && status.failures == 1 && status.status == "backing off")
            #expect(status.known == 8)
        }
    }

    @Test("a 304 with another ETag than the page's is no answer to what was asked: the page is read")
    func anotherETag() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            site.pages.list([["a", "b", "c"], ["d", "e", "f=new"], ["g", "h"]])
            site.pages.intercept { number, request in
                guard number == 2, request.header("If-None-Match") != nil else { return nil }
                return .init(status: 304, headers: [("ETag", "\"of something else\"")])
            }
            let answers = ["1:304", "2:200", "2:304", "3:304", "4:304"]
            #expect(try await site.run() == .init(published: ["f=new"], answers: answers))
        }
    }

    @Test("a 304 that nobody asked for is an error that says so, and removes nothing")
    func uninvited() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            try await site.engine.operations.resync("test")
            site.pages.intercept { number, _ in number == 2 ? .init(status: 304) : nil }
            try await site.engine.operations.start("test")
            try await site.engine.drain()
            let status = try await site.status()
            #expect(status.error?.contains("304 Not Modified: the source says that nothing has changed") == true)
            #expect(status.phase == .running && status.known == 8)
        }
    }

    @Test("a record that somebody has spoiled is as good as none", arguments: ["{", "[]", "{\"for\":1}", ""])
    func spoiledRecord(text: String) async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            let (redis, keys) = (site.engine.store.redis, site.engine.store.keys(of: "test"))
            for name in (try await redis.call("HKEYS", keys.validators).array ?? []).compactMap(\.string) {
                _ = try await redis.call("HSET", keys.validators, name, text)
            }
            #expect(try await site.run() == .init(answers: ["1:200", "2:200", "3:200", "4:200"]))
        }
    }
}
