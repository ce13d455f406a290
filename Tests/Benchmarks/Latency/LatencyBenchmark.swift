internal import ArgumentParser
internal import Ingestion

struct LatencyBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "How long a due job waits until an idle worker reads its page."
    )

    @Option(help: "Bursts.") var bursts = 1_000
    @Option(help: "Milliseconds between two bursts.") var interval = 23

    func run() async throws {
        let (bursts, interval) = (bursts, interval)
        try await PrivateRedis.with { redis in
            let report = Report(
                "latency: from when a job is due until a worker reads its page, one job each \(interval) ms, nothing else to do",
                redis: redis
            )
            let source = TimedPages(redis: redis.client, provider: redis.store.keys(of: "benchmark"))
            let provider = Provider.benchmark(source) {
                $0.burstLength = .zero
                $0.burstInterval = .milliseconds(interval)
            }
            let worker = try Worker(store: redis.store, providers: [provider], logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                group.addTask {
                    while source.milliseconds.count < bursts {
                        try await source.lookAhead()
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                try await group.next()
                group.cancelAll()
            }
            let waits = source.milliseconds.dropFirst(10)
            report.row("bursts", "median ms", "p90 ms", "p99 ms", "longest ms")
            report.row(
                "\(waits.count)",
                waits.median.text(2),
                waits.percentile(90).text(2),
                waits.percentile(99).text(2),
                (waits.max() ?? .nan).text(2)
            )
            let figure = waits.percentile(99)
            report.outcome("p99 \(figure.text(2)) ms", goal: "at most 5 ms", reached: figure <= 5)
        }
    }
}
