import Logging
import Redis
import TestSupport
import Testing

@testable import CatalogConsumer

/// A lane with the provider `github` on a private Redis, in the role of the engine.
struct TestLane: Sendable {
    let redis: RedisClient
    let configuration: RedisConfiguration
    let keys: ConsumerKeys.Provider

    func register(_ provider: String = "github") async throws {
        _ = try await redis.send(RedisCommand("HSET", "tidemark:layout", "lanes", "1"))
        _ = try await redis.send(RedisCommand("SADD", "{tidemark:0}:providers", provider))
    }

    /// Publishes under the id `number-0`.
    func publish(_ delta: TestDelta, _ number: Int, to deltas: String? = nil) async throws {
        try await publish(delta.fields, number, to: deltas)
    }

    func publish(_ fields: [(String, String)], _ number: Int, to deltas: String? = nil) async throws {
        let fields = fields.flatMap { [$0.0, $0.1] }
        _ = try await redis.send(RedisCommand("XADD", arguments: [deltas ?? keys.deltas, "\(number)-0"] + fields))
    }

    /// Publishes entries `range`, each adding the entity `e<number>`.
    func publish(_ range: ClosedRange<Int>) async throws {
        for number in range { try await publish(.adding("e\(number)"), number) }
    }

    /// Publishes `e<number>`, or another delta, and counts it in the same step, as the engine does: a consumer must never see one
    /// without the other.
    func publishCounted(_ number: Int, _ delta: TestDelta? = nil) async throws {
        let fields = (delta ?? TestDelta.adding("e\(number)")).fields.flatMap { [$0.0, $0.1] }
        let script = "redis.call('XADD', KEYS[1], unpack(ARGV)) redis.call('HINCRBY', KEYS[2], 'published', 1)"
        let arguments = [script, "2", keys.deltas, keys.state, "\(number)-0"] + fields
        _ = try await redis.send(RedisCommand("EVAL", arguments: arguments))
    }

    func send(_ name: String, _ arguments: String...) async throws -> RESPValue {
        try await redis.send(RedisCommand(name, arguments: arguments))
    }

    /// Removes all entries by hand; the stream itself stays.
    func empty(by command: String) async throws {
        if command == "XTRIM" {
            _ = try await send("XTRIM", keys.deltas, "MAXLEN", "0")
        } else {
            let entries = try await send("XRANGE", keys.deltas, "-", "+").array ?? []
            let ids = entries.compactMap { $0.array?.first?.string }
            _ = try await redis.send(RedisCommand("XDEL", arguments: [keys.deltas] + ids))
        }
        #expect(try await length() == 0)
    }

    func length() async throws -> Int64 {
        try await send("XLEN", keys.deltas).int ?? -1
    }

    func stream(_ group: String = "catalog") -> DeltaStream {
        DeltaStream(
            redis: redis,
            keys: ConsumerKeys(prefix: "tidemark").provider("github", lane: 0, group: group),
            group: group,
            holder: "test"
        )
    }

    /// Runs `body` as the consumer of ``stream(_:)`` that has the lease.
    func leased<Result>(_ group: String = "catalog", _ body: (DeltaStream) async throws -> Result) async throws
        -> Result
    {
        let stream = stream(group)
        _ = try await send("SET", stream.keys.lease, stream.holder)
        let result = try await body(stream)
        _ = try await send("DEL", stream.keys.lease)
        return result
    }

    /// Does what the engine does when everything is to be published anew.
    var resync: Resync {
        { client, provider, known, reason in
            func call(_ name: String, _ arguments: String...) async throws -> RESPValue {
                try await client.send(RedisCommand(name, arguments: arguments))
            }
            #expect(provider == "github" && !reason.isEmpty)
            let count = try await call("HGET", keys.state, "resyncs").int ?? 0
            guard count == known else { return true }
            let state = try await stream().state()
            let last = state?.lastGenerated.description ?? "0-0"
            _ = try await call("HSET", keys.state, "resynced", last, "resynced_missing", "\(state?.missing ?? 0)")
            _ = try await call("HINCRBY", keys.state, "resyncs", "1")
            return true
        }
    }

    /// How often everything was to be published anew.
    func resyncs() async throws -> Int64 { try await send("HGET", keys.state, "resyncs").int ?? 0 }

    func consumer(
        _ sink: any Sink,
        group: String = "catalog",
        clock: any Clock<Duration> = ContinuousClock(),
        resync: Resync? = nil
    ) -> CatalogConsumer {
        CatalogConsumer(
            redis: configuration,
            sink: sink,
            configuration: ConsumerConfiguration(group: group),
            clock: clock,
            resync: resync,
            logger: .quiet
        )
    }
}

extension DeltaStream {
    /// Where the group stands; nil when it or the stream is gone.
    func place() async throws -> StreamEntryID? { try await state()?.lastDelivered }
}

/// - Parameter entriesPerNode: 1 makes trimming exact; Redis' own choice is 100 where they are small.
func withLane<Result>(
    entriesPerNode: Int = 1,
    configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (TestLane) async throws -> Result
) async throws -> Result {
    let arguments = ["--stream-node-max-entries", "\(entriesPerNode)"]
    return try await withRedis(arguments: arguments, configure: configure) { redis in
        let keys = ConsumerKeys(prefix: "tidemark").provider("github", lane: 0, group: "catalog")
        return try await body(TestLane(redis: redis.client, configuration: redis.configuration, keys: keys))
    }
}

/// Runs a consumer while `body` runs.
func whileRunning<Result>(_ consumer: CatalogConsumer, _ body: () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await consumer.run() }
        let result = try await body()
        group.cancelAll()
        return result
    }
}
