internal import ArgumentParser

struct ScalingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "How the time of a cycle falls with the number of workers."
    )

    static let pageTime = Duration.milliseconds(50)

    @Option(help: "Chains of the source.") var chains = 64
    @Option(help: "Pages of a chain, 50 ms each.") var pages = 40
    @Option(help: "Bursts that one worker runs at a time.") var slots = 8
    @Option(help: "Rounds.") var rounds = 3

    func run() async throws {
        let (chains, pages, slots, rounds) = (chains, pages, slots, rounds)
        try await PrivateRedis.with { redis in
            let report = Report(
                "scaling: a cycle of \(chains) chains of \(pages) pages, 50 ms a page; workers of \(slots) bursts, a process each",
                comparedWith: "one worker, its pages a second times the number of workers; "
                    + "ideal: a page each 50 ms in each slot, and nothing else",
                redis: redis
            )
            report.row("workers", "pages/s", "of linear", "ideal", "of ideal", "workers' cores", "Redis's cores")
            var single = 0.0
            var least = 1.0
            for workers in [1, 2, 4, 8] {
                let fleet = ScalingFleet(workers: workers, slots: slots, chains: chains, pages: pages)
                var cycles: [ScalingFleet.Cycle] = []
                for _ in 0..<rounds {
                    try await redis.clear()
                    cycles.append(try await fleet.cycle(on: redis))
                }
                let figure = cycles.map(\.pagesPerSecond).median
                if workers == 1 { single = figure }
                let share = figure / single / Double(workers)
                least = min(least, share)
                let ideal = Double(min(chains, workers * slots)) / Self.pageTime.seconds
                report.row(
                    "\(workers)",
                    figure.text(0),
                    share.text(2),
                    ideal.text(0),
                    (figure / ideal).text(2),
                    cycles.map(\.workersCores).median.text(2),
                    cycles.map(\.redisCores).median.text(2)
                )
            }
            report.outcome("\(least.text(2)) of linear", goal: "at least 0.90", reached: least >= 0.9)
        }
    }
}
