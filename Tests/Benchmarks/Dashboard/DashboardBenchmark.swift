internal import ArgumentParser
internal import Ingestion

struct DashboardBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: """
            A worker's throughput while a thousand dashboards look on and its metrics are scraped, against that while nobody does.
            """
    )

    @Option(help: "Entities of a cycle.") var entities = 1_000_000
    @Option(help: "Dashboards.") var dashboards = 1_000
    @Option(help: "Rounds; each second one begins with the dashboards.") var rounds = 5

    func run() async throws {
        let (entities, dashboards, rounds) = (entities, dashboards, rounds)
        try await PrivateRedis.with { redis in
            let report = Report(
                "dashboard: entities/s of one worker that serves HTTP, too; \(dashboards) dashboards look on, "
                    + "and /metrics is asked for each second",
                comparedWith: "the same cycle while nobody does",
                redis: redis
            )
            report.row(
                "round",
                "nobody",
                "\(dashboards)",
                "ratio",
                "processor s",
                "with \(dashboards)",
                "messages each",
                "scrapes"
            )
            var ratios: [Double] = []
            for round in 1...rounds {
                // What comes second finds a server with more memory at hand, so each comes first in turn.
                let isSeenFirst = round.isMultiple(of: 2)
                let first = try await cycle(of: entities, seenBy: isSeenFirst ? dashboards : 0, on: redis)
                let second = try await cycle(of: entities, seenBy: isSeenFirst ? 0 : dashboards, on: redis)
                let (alone, seen) = isSeenFirst ? (second, first) : (first, second)
                ratios.append(seen.entitiesPerSecond / alone.entitiesPerSecond)
                report.row(
                    "\(round)",
                    alone.entitiesPerSecond.text(0),
                    seen.entitiesPerSecond.text(0),
                    (ratios.last ?? 0).text(3),
                    alone.processorTime.text(1),
                    seen.processorTime.text(1),
                    (Double(seen.messages) / Double(dashboards)).text(1),
                    "\(seen.scrapes)"
                )
            }
            let ratio = ratios.median
            report.outcome("\(ratio.text(3)) of the throughput", goal: "at least 0.95", reached: ratio >= 0.95)
        }
    }

    private struct Seen: Sendable {
        var entitiesPerSecond: Double
        /// What the worker's process took of it, in seconds.
        var processorTime: Double
        /// What all dashboards were told together.
        var messages: Int
        var scrapes: Int
    }

    /// One cycle from its beginning to its end. The provider is paused until all dashboards look on.
    private func cycle(of entities: Int, seenBy dashboards: Int, on redis: PrivateRedis) async throws -> Seen {
        try await redis.clear()
        let provider = DashboardWorker.provider(entities)
        let operations = Operations(store: redis.store)
        _ = try await redis.store.register(provider, limits: WorkerSettings.unthrottled.limits)
        _ = try await operations.pause(provider.name)
        let worker = try ChildProcess("dashboard-worker", "--redis", redis.socketPath, "--entities", "\(entities)")
        return try await worker.serving { line in
            let words = line.split(separator: " ").compactMap { Int($0) }
            guard words.count == 2 else { throw BenchmarkError("the worker does not say where it listens: \(line)") }
            let (port, process) = (words[0], words[1])
            return try await Onlookers.with(dashboards, port: port) { onlookers in
                let scraper = Scraper(port: port)
                let before = ProcessUsage.processorTime(of: process)
                try await operations.resume(provider.name)
                let cycle = try await withThrowingTaskGroup(of: WholeCycle?.self) { group in
                    group.addTask { try await WholeCycle.ended(provider.name, redis) }
                    if dashboards > 0 {
                        group.addTask {
                            try await scraper.run()
                            return nil
                        }
                    }
                    defer { group.cancelAll() }
                    guard let cycle = try await group.next() ?? nil else { throw BenchmarkError("nothing is scraped") }
                    return cycle
                }
                return Seen(
                    entitiesPerSecond: cycle.entitiesPerSecond,
                    processorTime: ProcessUsage.processorTime(of: process) - before,
                    messages: onlookers.messages,
                    scrapes: scraper.answers
                )
            }
        }
    }
}
