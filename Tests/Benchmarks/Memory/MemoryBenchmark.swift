internal import ArgumentParser
internal import Ingestion
internal import Redis

struct MemoryBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "A worker's peak memory at two sizes; Redis's memory an entity and its longest command at the larger."
    )

    @Option(help: "Entities of the small source.") var few = 100_000
    @Option(help: "Entities of the large source.") var many = 2_000_000

    func run() async throws {
        let (few, many) = (few, many)
        let small = try await PrivateRedis.with { redis in try await Self.ingest(few, redis) }
        try await PrivateRedis.with(arguments: SlowCommands.arguments) { redis in
            let report = Report(
                "memory: a cycle over \(few) and over \(many) entities, in-process source, then one in which 1 % are gone",
                redis: redis
            )
            let large = try await Self.ingest(many, redis)
            report.row("", "\(few)", "\(many)")
            report.row("worker's peak, MiB", small.mebibytes.text(1), large.mebibytes.text(1))
            report.row("entities/s", small.entitiesPerSecond.text(0), large.entitiesPerSecond.text(0))
            report.row("Redis, B an entity", small.redisBytes.text(0), large.redisBytes.text(0))
            try await Operations(store: redis.store).start("benchmark")
            let sweeping = try await Self.worker(redis, many, without: 100)
            report.note(
                "the second cycle removed \(Int(sweeping["removed"] ?? 0)) and took \(sweeping.text("seconds")) s"
            )
            let slow = try await SlowCommands(of: redis)
            slow.print(to: report)

            let growth = large.mebibytes / small.mebibytes - 1
            report.outcome(
                "worker's peak \(large.mebibytes.text(1)) MiB, \((growth * 100).text(1)) % above the small source's",
                goal: "at most 80 MiB, within 10 %",
                reached: large.mebibytes <= 80 && growth.magnitude <= 0.1
            )
            report.outcome(
                "Redis \(large.redisBytes.text(0)) B an entity",
                goal: "at most 230 B",
                reached: large.redisBytes <= 230
            )
            report.outcome(
                "longest Redis command \(slow.longest.text(1)) ms",
                goal: "at most 10 ms",
                reached: slow.longest <= 10
            )
        }
    }

    private struct Ingested: Sendable {
        let mebibytes: Double
        let entitiesPerSecond: Double
        /// Redis's memory an entity, digests included, the stream aside.
        let redisBytes: Double
    }

    private static func ingest(_ entities: Int, _ redis: PrivateRedis) async throws -> Ingested {
        let before = try await redis.usedMemory()
        let figures = try await worker(redis, entities)
        guard figures["marked"] == Double(entities) else { throw BenchmarkError("not all is marked: \(figures)") }
        try await trim(redis)
        return Ingested(
            mebibytes: (figures["memory"] ?? 0) / Double(1 << 20),
            entitiesPerSecond: Double(entities) / (figures["seconds"] ?? 1),
            redisBytes: Double(try await redis.settledMemory() - before) / Double(entities)
        )
    }

    /// Runs a worker in a process of its own over the whole source, and keeps the stream short, as consumers do.
    private static func worker(_ redis: PrivateRedis, _ entities: Int, without: Int? = nil) async throws
        -> [String: Double]
    {
        var arguments = ["memory-worker", "--redis", redis.socketPath, "--entities", "\(entities)"]
        if let without { arguments += ["--without", "\(without)"] }
        let child = try ChildProcess(arguments)
        return try await withThrowingTaskGroup(of: [String: Double]?.self) { group in
            group.addTask { try await child.figures() }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(50))
                    try await trim(redis)
                }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap(\.self) ?? [:]
        }
    }

    private static func trim(_ redis: PrivateRedis) async throws {
        _ = try? await redis.client.send(
            RedisCommand("XTRIM", redis.store.keys(of: "benchmark").deltas, "MAXLEN", "0")
        )
    }
}

extension [String: Double] {
    fileprivate func text(_ name: String) -> String { (self[name] ?? .nan).text(1) }
}
