import Catalog
import Redis
import TestSupport
import Testing

@testable import Ingestion

@Suite struct FailTests {
    private struct Long: Error, CustomStringConvertible {
        var description: String { "start " + String(repeating: "x", count: 1_000_000) }
    }

    @Test("U10: an error text of any length is cut, its start kept, and the engine goes on")
    func longErrors() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { _ in throw Long() }
        try await withEngine([.test("test", source)]) { engine in
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.error?.hasPrefix("start xxx") == true)
            #expect((status.error?.count ?? 0) <= 1_000)
            source.intercept(nil)
            engine.time.advance(by: .seconds(3_600))
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
        }
    }

    @Test("failures are counted in a row, of the chain that failed last: a page that goes through ends the row")
    func failuresInARow() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { _ in throw Unexpected() }
        try await withEngine([.test("test", source) { $0.backoff = [.seconds(1)] }]) { engine in
            for failures in 1...3 {
                try await engine.drain()
                #expect(try await engine.operations.status(of: "test").failures == failures)
                engine.time.advance(by: .seconds(5))
            }
            source.intercept(nil)
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.failures == 0 && status.phase == .resting)
        }
    }

    @Test("U8: Retry-After overrides the backoff, and no request is made before it")
    func retryAfter() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { _ in throw SourceError(.rateLimited, "slow down", retryAfter: .seconds(500)) }
        try await withEngine([.test("test", source) { $0.backoff = [.seconds(1)] }]) { engine in
            try await engine.drain()
            #expect(source.reads.count == 1)
            engine.time.advance(by: .seconds(495))
            try await engine.drain()
            #expect(source.reads.count == 1)
            engine.time.advance(by: .seconds(60))
            try await engine.drain()
            #expect(source.reads.count == 2)
        }
    }

    @Test(
        "U8: a source that asks for fewer calls, with or without Retry-After, does nothing wrong: no attempt is counted",
        arguments: [Duration.seconds(500), nil]
    )
    func rateLimits(_ retryAfter: Duration?) async throws {
        let source = TestSource(names: ["a"])
        source.intercept { _ in throw SourceError(.rateLimited, "slow down", retryAfter: retryAfter) }
        try await withEngine([.test("test", source) { $0.maxAttempts = 1 }]) { engine in
            for times in 1...5 {
                try await engine.drain()
                let status = try await engine.operations.status(of: "test")
                #expect(status.rateLimits == times && source.reads.count == times)
                #expect(status.failures == 0 && status.givenUp == 0 && status.active == 0)
                #expect(status.status == "rate limited" && status.error?.contains("slow down") == true)
                engine.time.advance(by: .seconds(2 * 3_600))
            }
            source.intercept(nil)
            try await engine.runCycle("test")
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    /// How a burst ends while somebody pauses its provider.
    enum Ending: Sendable, CaseIterable {
        case failed, expired, limited, deferred, unstored

        var error: any Error {
            switch self {
            case .failed: SourceError(.unavailable, "HTTP 503")
            case .expired: SourceError(.cursorExpired, "HTTP 410")
            case .limited: SourceError(.rateLimited, "HTTP 429")
            case .deferred: CallsDeferred(.seconds(60))
            case .unstored: RedisError(.timeout, "no answer")
            }
        }
    }

    @Test(
        "a provider that is paused while its page fails has its job back at once, not when the lease ends",
        arguments: Ending.allCases
    )
    func pausedMeanwhile(_ ending: Ending) async throws {
        let source = TestSource(names: ["a"])
        try await withEngine([.test("test", source)]) { engine in
            source.intercept { _ in
                try await engine.operations.pause("test")
                throw ending.error
            }
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.active == 0 && status.waiting == 1 && status.stalls == 0 && status.failures == 0)
            let leased = engine.store.lane(of: "test").leased
            #expect(try await engine.store.redis.call("ZCARD", leased).int == 0)
            #expect(try await engine.violations(of: "test").isEmpty)
            source.intercept(nil)
            try await engine.operations.resume("test")
            engine.time.advance(by: .seconds(4_000))
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 1)
        }
    }

    @Test("U8: a page has a time limit, after which its job waits for its backoff")
    func pageTimeLimit() async throws {
        let source = TestSource(names: ["a"])
        source.intercept { _ in
            // Ends when the burst is cancelled; nothing else could end it.
            try await Task.sleep(for: .seconds(3_600))
            return nil
        }
        try await withEngine([.test("test", source) { $0.pageTimeout = .milliseconds(20) }]) { engine in
            try await engine.drain()
            let status = try await engine.operations.status(of: "test")
            #expect(status.error?.contains("time limit") == true)
            #expect(status.status == "backing off")
        }
    }

    @Test("U7: an expired cursor starts the cycle over, three times at most in a row")
    func expiredCursor() async throws {
        let source = TestSource(names: (0..<30).map { "e\($0)" })
        source.intercept { cursor in
            if cursor != nil { throw SourceError(.cursorExpired, "410 Gone") }
            return nil
        }
        try await withEngine([.test("test", source)]) { engine in
            try await engine.drain()
            #expect(source.reads.count { $0 == nil } == 4)
            let status = try await engine.operations.status(of: "test")
            #expect(status.phase == .failed)
            #expect(status.error?.contains("410 Gone") == true)
            #expect(try await engine.violations(of: "test").isEmpty)
            // What was marked stays known, and the next cycle after the rest is exact.
            source.intercept(nil)
            engine.time.advance(by: .seconds(25 * 3_600))
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 30)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("I1: a cycle in which a chain was given up on never sweeps; its retry does")
    func failedCycleNeverSweeps() async throws {
        let source = TestSource([["a", "b"].map { TestSource.entity($0) }, ["c", "d"].map { TestSource.entity($0) }])
        try await withEngine([
            .test("test", source) {
                $0.maxAttempts = 2; $0.backoff = [.zero]
            }
        ]) { engine in
            try await engine.runCycle("test")
            source.list([[TestSource.entity("a")], ["c", "d"].map { TestSource.entity($0) }])
            source.intercept { cursor in
                if cursor?["chain"] == 1 { throw SourceError(.unavailable, "HTTP 503") }
                return nil
            }
            try await engine.operations.start("test")
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").phase == .failed)
            #expect(try await engine.catalog(of: "test").count == 4)
            #expect(try await engine.violations(of: "test").isEmpty)

            let dead = try await engine.operations.dead("test")
            #expect(dead.count == 1 && dead[0].attempts == 2)
            source.intercept(nil)
            try await engine.operations.retry(dead[0].id)
            try await engine.drain()
            #expect(try await engine.operations.status(of: "test").phase == .resting)
            #expect(try await engine.catalog(of: "test").keys.sorted() == ["a", "c", "d"].map(TestSource.ref))
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("I4: a page that failed goes on with its own cursor, however often, and is never dropped")
    func nothingIsDropped() async throws {
        let source = TestSource(names: (0..<30).map { "e\($0)" })
        source.intercept { cursor in
            if cursor?["offset"] == 10 { throw SourceError(.unavailable, "HTTP 502") }
            return nil
        }
        try await withEngine([.test("test", source)]) { engine in
            for _ in 0..<12 {
                try await engine.drain()
                engine.time.advance(by: .seconds(4 * 3_600))
            }
            #expect(try await engine.operations.dead().isEmpty)
            #expect(source.reads.count { $0?["offset"] == 10 } >= 12)
            #expect(source.reads.count { $0 == nil } == 1)
            source.intercept(nil)
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 30)
        }
    }
}
