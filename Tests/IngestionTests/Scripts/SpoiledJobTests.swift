import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

/// What a worker reads from Redis may have been written by anyone: it stops neither the worker nor other jobs.
@Suite struct SpoiledJobTests {
    /// What becomes of the provider whose keys were spoiled.
    enum Outcome: Sendable {
        /// Its cycle completes: what was spoiled plays no part, or the cycle started over.
        case completes
        /// It completes, but an operator who verifies finds that its jobs are miscounted.
        case miscounts
        /// Its job waits, and the provider's error says this.
        case waits(String)
        /// Nothing runs, but nothing is lost that was not overwritten.
        case stands
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let outcome: Outcome
        /// Commands; JOB, ID and PROVIDER stand for the keys and the id, READY for the lane's list.
        let commands: [[String]]

        init(_ description: String, _ outcome: Outcome, _ commands: [String]...) {
            (testDescription, self.outcome, self.commands) = (description, outcome, commands)
        }
    }

    static let cases = [
        Case("a kind that nobody knows", .waits("see its hash JOB"), ["HSET", "JOB", "kind", "wat"]),
        Case("a cursor that is not JSON", .completes, ["HSET", "JOB", "cursor", "{not json"]),
        Case("a cursor that is not UTF-8", .completes, ["HSET", "JOB", "cursor", "\"\u{FFFD}"]),
        Case(
            "a cursor 10,000 deep",
            .completes,
            ["HSET", "JOB", "cursor", String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)]
        ),
        Case(
            "a cursor of 10 MB",
            .waits("its cursor has 10000000 bytes"),
            ["HSET", "JOB", "cursor", String(repeating: "1", count: 10_000_000)]
        ),
        Case("a fence that is no number", .completes, ["HSET", "JOB", "fence", "abc"]),
        Case(
            "counts that are no numbers",
            .waits("its sequence is no number"),
            ["HSET", "JOB", "sequence", "abc", "attempts", "-", "pages", ""]
        ),
        Case("a sequence beyond all numbers", .waits("out of bounds"), ["HSET", "JOB", "sequence", "1e300"]),
        Case("attempts below 0", .waits("out of bounds"), ["HSET", "JOB", "attempts", "-5"]),
        Case(
            "a count of deliveries that is no number",
            .waits("cannot be taken, see its hash JOB"),
            ["HSET", "JOB", "deliveries", "x"]
        ),
        Case("a job that is no hash", .waits("WRONGTYPE"), ["DEL", "JOB"], ["SET", "JOB", "x"]),
        Case(
            "ids of no job",
            .miscounts,
            ["RPUSH", "READY", "", ":", ":x", "no colon", "bad:../../etc", "bad:x\r\ny", "nobody:0abc", "ä:1", "bad:"]
        ),
        Case("a provider's fence that is no number", .completes, ["HSET", "PROVIDER", "fence", "x"]),
        Case(
            "a provider's count of jobs that is no number",
            .waits("cannot be taken"),
            ["HSET", "PROVIDER", "active", "x"]
        ),
        Case("a generation that is no number", .stands, ["HSET", "PROVIDER", "generation", "x"]),
        Case("a provider that is no hash", .stands, ["DEL", "PROVIDER"], ["SET", "PROVIDER", "x"]),
        Case(
            "a provider's other fields",
            .completes,
            ["HSET", "PROVIDER", "floor", "x", "events", "y", "due", "1e300", "started", "nan", "pages", "5"]
        ),
    ]

    @Test("a job that somebody spoiled is told of, and the others in the same reply go on", arguments: cases)
    func spoiled(_ test: Case) async throws {
        func provider(_ name: String) -> Provider {
            .test(name, TestSource(names: (0..<30).map { "\(name)-\($0)" })) { $0.burstLength = .zero }
        }
        try await withEngine([provider("bad"), provider("good")]) { engine in
            for job in try await engine.claim() { await engine.worker.perform(job) }
            let lane = engine.store.lane(of: "bad")
            let redis = engine.store.redis
            let ids =
                try await redis.send(RedisCommand("ZRANGE", lane.delayed, "0", "-1")).array?.compactMap(\.string) ?? []
            let id = try #require(ids.first { $0.hasPrefix("bad:") })
            let names = [
                "JOB": lane.job(id), "ID": id, "PROVIDER": engine.store.keys(of: "bad").hash, "READY": lane.ready,
            ]
            for command in test.commands {
                let words = command.map { names[$0] ?? $0 }
                _ = try await redis.send(RedisCommand(words[0], arguments: Array(words.dropFirst())))
            }
            try await engine.drain()

            let good = try await engine.operations.status(of: "good")
            #expect(good.completed == 1 && good.known == 30)
            switch test.outcome {
            case .completes, .miscounts:
                let status = try await engine.operations.status(of: "bad")
                #expect(status.completed == 1 && status.known == 30)
                let isMiscounted = if case .miscounts = test.outcome { true } else { false }
                #expect(try await engine.violations(of: "bad").isEmpty == !isMiscounted)
            case .waits(let error):
                let said = try await redis.send(RedisCommand("HGET", engine.store.keys(of: "bad").hash, "error")).string
                let expected = error.replacing("JOB", with: lane.job(id))
                #expect(said?.contains(expected) == true && said?.contains(lane.job(id)) == true, "\(said ?? "none")")
                #expect(try await redis.send(RedisCommand("ZSCORE", lane.delayed, id)).string != nil)
                // Again after its pause, and no sooner.
                #expect(try await engine.store.claim(10, on: lane, lease: engine.settings.lease).spoiled.isEmpty)
                engine.time.advance(by: .seconds(90))
                #expect(
                    try await engine.store.claim(10, on: lane, lease: engine.settings.lease).spoiled.map(\.id) == [id]
                )
            case .stands: break
            }
        }
    }

    @Test("a job that cannot be claimed gives its place up: it, and others, run once it is mended")
    func givesItsPlaceUp() async throws {
        let source = TestSource(
            (0..<3).map { chain in (0..<3).map { TestSource.entity("c\(chain)-\($0)") } },
            pageSize: 1
        )
        let provider = Provider.test("test", source) {
            $0.concurrency = 1; $0.burstLength = .zero
        }
        try await withEngine([provider]) { engine in
            await engine.worker.perform(try #require(try await engine.claim().first))
            let redis = engine.store.redis
            let lane = engine.store.lane(of: "test")
            let id = try #require(try await redis.call("LINDEX", lane.ready, "0").string)
            _ = try await redis.call("HSET", lane.job(id), "sequence", "abc")
            try await engine.drain()
            #expect(try await engine.violations(of: "test").isEmpty)
            // The other chains have ended; only this one is left.
            for _ in 0..<10 {
                engine.time.advance(by: .seconds(4))
                try await engine.drain()
            }
            #expect(try await engine.operations.status(of: "test").outstanding == 1)
            _ = try await redis.call("HSET", lane.job(id), "sequence", "0")
            engine.time.advance(by: .seconds(61))
            try await engine.runCycle("test")
            #expect(try await engine.catalog(of: "test").count == 9)
            #expect(try await engine.violations(of: "test").isEmpty)
        }
    }

    @Test("a worker runs its other providers when one is spoiled before it starts")
    func spoiledBeforeTheStart() async throws {
        let good = Provider.test("good", TestSource(names: ["a"]))
        let bad = Provider.test("bad", TestSource(names: ["b"]))
        try await withEngine([]) { engine in
            _ = try await engine.store.redis.call("SET", engine.store.keys(of: "bad").hash, "x")
            let worker = try engine.anotherWorker([bad, good])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await eventually { try await engine.operations.status(of: "good").completed == 1 }
                group.cancelAll()
            }
        }
    }
}
