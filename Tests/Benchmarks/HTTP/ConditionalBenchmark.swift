internal import ArgumentParser
internal import Ingestion
internal import Redis

struct ConditionalBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conditional",
        abstract: "The second cycle over a source in which nothing has changed, with conditional requests and without."
    )

    @Option(help: "Records.") var records = 100_000
    @Option(help: "Rounds of each, alternating.") var rounds = 3

    func run() async throws {
        let (records, rounds) = (records, rounds)
        let pages = RecordPages(records: records, pageSize: 500).pages
        let bytes = pages.reduce(0) { $0 + $1.count }
        let server = try ChildProcess("serve-records", "--records", "\(records)", "--page-size", "500")
        try await server.serving { port in
            try await PrivateRedis.with { redis in
                let report = Report(
                    "conditional: a second cycle over \(records) records in \(pages.count) pages of 500, nothing changed",
                    comparedWith: "the same cycle without conditional requests, which reads \(bytes / 1_000_000) MB",
                    redis: redis
                )
                report.row("round", "without, s", "with, s", "of the pages 304", "Redis, B an entity more")
                var figures: [(without: Double, with: Double)] = []
                for round in 1...rounds {
                    let (without, plain) = try await measure(redis, port, [])
                    let (with, kept) = try await measure(redis, port, ["--conditional"])
                    guard let before = without["again"], let after = with["again"],
                        without["marked"] == Double(records), with["marked"] == Double(records)
                    else { throw BenchmarkError("not all was marked: \(without), \(with)") }
                    figures.append((before, after))
                    report.row(
                        "\(round)",
                        before.text(2),
                        after.text(2),
                        "\(Int(with["unmodified"] ?? 0)) of \(pages.count)",
                        (Double(kept - plain) / Double(records)).text(1)
                    )
                }
                let share = figures.map { $0.with / $0.without }.median
                report.outcome("\(share.text(2)) of the time", goal: "at most 0.50", reached: share <= 0.5)
            }
        }
    }

    /// Runs two cycles on an empty Redis; the worker's figures, and what Redis holds then without the stream.
    private func measure(_ redis: PrivateRedis, _ port: String, _ flags: [String]) async throws -> (
        [String: Double], Int
    ) {
        try await redis.clear()
        let arguments = ["http-worker", "--redis", redis.socketPath, "--url", "http://127.0.0.1:\(port)/repositories"]
        let figures = try await ChildProcess(arguments + ["--again"] + flags).figures()
        _ = try await redis.client.send(RedisCommand("XTRIM", redis.store.keys(of: "benchmark").deltas, "MAXLEN", "0"))
        return (figures, try await redis.settledMemory())
    }
}
