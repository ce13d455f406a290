import Catalog
import CatalogConsumer
import Ingestion
import Logging
import Redis
import TestSupport
import Testing

/// Everything that a long life leaves behind is bounded.
@Suite struct RetentionTests {
    private let provider = "test"

    private func keyCount(_ engine: TestEngine) async throws -> Int {
        Int(try await engine.store.redis.send(RedisCommand("DBSIZE")).int ?? 0)
    }

    /// Bytes of all keys and of what they hold.
    private func size(_ engine: TestEngine) async throws -> Int {
        let redis = engine.store.redis
        // The server has no other data, and little of it.
        let keys = try await redis.send(RedisCommand("KEYS", "*")).array?.compactMap(\.string) ?? []
        let sizes = try await redis.pipeline(keys.map { RedisCommand("MEMORY", "USAGE", $0, "SAMPLES", "0") })
        return sizes.reduce(0) { $0 + Int($1.int ?? 0) }
    }

    /// Waits until the consumer has stored all that was published.
    private func drained(_ engine: TestEngine, by consumer: CatalogConsumer) async throws {
        let last = RedisCommand("XREVRANGE", engine.store.keys(of: provider).deltas, "+", "-", "COUNT", "1")
        let id = try await engine.store.redis.send(last).array?.first?.array?.first?.string
        try await eventually { consumer.status.providers[provider]?.lastEntryID?.description == id }
    }

    @Test("I5: what Redis holds is the same after 10 and after 60 cycles of a source that changes")
    func sixtyCycles() async throws {
        let source = TestSource([[]], pageSize: 100)
        let shown = Provider.test(provider, source) { $0.maxAttempts = 1 }
        try await withEngine([shown]) { engine in
            try await withTemporaryDirectory { directory in
                let sink = try SQLiteSink(path: "\(directory)/catalog.sqlite")
                try await engine.whileConsuming(into: sink) { consumer in
                    var sizes: [Int] = []
                    var keys: [Int] = []
                    for cycle in 1...60 {
                        // 5 % are new, 5 % are gone; some are invalid, more than are kept in ten cycles.
                        let names = (cycle * 15..<cycle * 15 + 300).map { "host-\($0)" }
                        let invalid = (0..<150).map { _ in
                            JSONText(["kind": "Component", "cycle": .integer(Int64(cycle))])
                        }
                        source.list(names.map { TestSource.entity($0) } + invalid)
                        if cycle.isMultiple(of: 7) {
                            try await engine.operations.start(provider)
                            for job in try await engine.claim() { await engine.worker.perform(job) }
                            try await engine.operations.cancel(provider)
                        }
                        try await engine.operations.start(provider)
                        try await engine.drain()
                        #expect(try await engine.operations.status(of: provider).phase == .resting)
                        guard cycle == 10 || cycle == 60 else { continue }
                        try await drained(engine, by: consumer)
                        let lease = RedisCommand("PTTL", engine.store.keys(of: provider).hash + ":consumer:catalog")
                        #expect(try await engine.store.redis.send(lease).int ?? 0 > 0)
                        sizes.append(try await size(engine))
                        keys.append(try await keyCount(engine))
                        #expect(try await sink.catalog.count() == 300)
                    }
                    #expect(keys[0] == keys[1])
                    #expect(Double(sizes[1]) < Double(sizes[0]) * 1.1, "\(sizes)")
                    #expect(try await engine.violations(of: provider).isEmpty)
                }
            }
        }
    }

    @Test("I5: starting, cancelling and resuming again and again leaves no job behind")
    func operationsLeaveNothing() async throws {
        try await withEngine([.test(provider, TestSource(names: ["a"]))]) { engine in
            try await engine.runCycle(provider)
            let before = try await keyCount(engine)
            for _ in 0..<20 {
                try await engine.operations.cancel(provider)
                try await engine.operations.resume(provider)
                try await engine.operations.start(provider)
                try await engine.operations.cancel(provider)
            }
            try await engine.operations.start(provider)
            try await engine.runCycle(provider)
            #expect(try await keyCount(engine) == before)
            #expect(try await engine.violations(of: provider).isEmpty)
        }
    }

    @Test("I5: jobs given up on are kept up to a thousand, and those beyond are forgotten whole")
    func deadJobs() async throws {
        let source = TestSource((0..<1_100).map { [TestSource.entity("c\($0)")] })
        source.intercept { cursor in
            guard let cursor else {
                return Page(entities: [], next: (0..<1_000).map { ["chain": .integer($0), "offset": 0] })
            }
            throw SourceError(.unavailable, "no answer for \(cursor)")
        }
        let shown = Provider.test(provider, source) { $0.maxAttempts = 1 }
        try await withEngine([shown]) { engine in
            try await engine.runCycle(provider)
            try await engine.runAnotherCycle(provider)
            let dead = RedisCommand("LLEN", engine.store.lane(of: provider).dead)
            #expect(try await engine.store.redis.send(dead).int == 1_000)
            // The jobs, and beside them the next cycle's, the provider, and what every lane has.
            #expect(try await keyCount(engine) < 1_010)
            #expect(try await engine.violations(of: provider).isEmpty)
        }
    }

    @Test("Q11: a consumer that was away for longer than the stream holds says so, and is brought up by itself")
    func awayForTooLong() async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withEngine([.test(provider, source)]) { engine in
            try await withTemporaryDirectory { directory in
                let away = try SQLiteSink(path: "\(directory)/away.sqlite")
                let other = try SQLiteSink(path: "\(directory)/other.sqlite")
                try await engine.whileConsuming(into: other, group: "other") { consumer in
                    try await engine.whileConsuming(into: away) { _ in
                        try await engine.runCycle(provider)
                        try await eventually { try await away.catalog.count() == 40 }
                    }
                    // Its group is taken for given up, and the other lets the stream move on.
                    let deltas = engine.store.keys(of: provider).deltas
                    _ = try await engine.store.redis.send(RedisCommand("XGROUP", "DESTROY", deltas, "catalog"))
                    source.list((20..<70).map { TestSource.entity("host-\($0)") })
                    try await engine.runAnotherCycle(provider)
                    source.list((30..<80).map { TestSource.entity("host-\($0)", title: "moved") })
                    try await engine.runAnotherCycle(provider)
                    try await drained(engine, by: consumer)
                }
                try await engine.whileConsuming(into: away) { _ in
                    try await eventually {
                        try await engine.operations.status(of: provider).republishing?.contains("group catalog") == true
                    }
                    // Nothing is removed before the cycle that begins now is complete.
                    #expect(try await away.catalog.count() == 40)
                    try await engine.runCycle(provider)
                    let listed = (30..<80).map { "component:default/host-\($0)" }.sorted()
                    // On its way there it has as many for a moment: old ones and new ones.
                    try await eventually {
                        try await away.catalog.entities(provider: provider, limit: 100).map(\.ref).sorted() == listed
                    }
                    #expect(try await engine.operations.status(of: provider).republishing == nil)
                }
            }
        }
    }
}
