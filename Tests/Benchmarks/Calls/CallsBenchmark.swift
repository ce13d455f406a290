internal import ArgumentParser
internal import Ingestion
internal import Redis

struct CallsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "What it costs to ask, before each call of a source, whether it may be sent."
    )

    @Option(help: "Calls of a round.") var calls = 20_000
    @Option(help: "Rounds of each, alternating.") var rounds = 5

    func run() async throws {
        let (calls, rounds) = (calls, rounds)
        try await PrivateRedis.with { redis in
            let report = Report(
                "calls: µs until a call may be sent, one after the other; and calls/s, 32 at a time",
                comparedWith: "PING over the same connection",
                redis: redis
            )
            report.row("round", "PING", "no callRate", "callRate", "PING/s", "no callRate/s", "callRate/s")
            let provider = Provider.benchmark(EmptyPages())
            var limited = provider
            // More than can be asked for: none waits.
            limited.callRate = CallRate(calls: 1_000_000_000, per: .seconds(1))
            _ = try await redis.store.register(provider, limits: WorkerSettings().limits)
            let free = CallBudget(provider, store: redis.store, clock: ContinuousClock())
            let budget = CallBudget(limited, store: redis.store, clock: ContinuousClock())
            var figures: [[Double]] = []
            for round in 1...rounds {
                var row: [Double] = []
                for concurrency in [1, 32] {
                    for step in [
                        { @Sendable in _ = try await redis.client.send(RedisCommand("PING")) }, free.spend,
                        budget.spend,
                    ] as [@Sendable () async throws -> Void] {
                        let seconds = try await time(calls, at: concurrency, step)
                        row.append(concurrency == 1 ? seconds / Double(calls) * 1e6 : Double(calls) / seconds)
                    }
                }
                figures.append(row)
                report.row(["\(round)"] + row.map { $0.text(0) })
            }
            report.row(["median"] + figures[0].indices.map { column in figures.map { $0[column] }.median.text(0) })
        }
    }
}

private func time(
    _ calls: Int,
    at concurrency: Int,
    _ step: @escaping @Sendable () async throws -> Void
) async throws -> Double {
    let began = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<concurrency {
            group.addTask { for _ in 0..<(calls / concurrency) { try await step() } }
        }
        try await group.waitForAll()
    }
    return began.duration(to: .now).seconds
}
