internal import ArgumentParser
internal import Ingestion
internal import Redis

struct ScalingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "How the time of a cycle falls with the number of workers."
    )

    @Option(help: "Chains of the source.") var chains = 64
    @Option(help: "Pages of a chain, 50 ms each.") var pages = 40
    @Option(help: "Bursts that one worker runs at a time.") var slots = 8
    @Option(help: "Rounds.") var rounds = 3

    func run() async throws {
        let (chains, pages, slots, rounds) = (chains, pages, slots, rounds)
        try await PrivateRedis.with { redis in
            let report = Report(
                "scaling: a cycle of \(chains) chains of \(pages) pages, 50 ms a page; workers of \(slots) bursts, a process each",
                comparedWith: "one worker, its pages a second times the number of workers",
                redis: redis
            )
            report.row("workers", "pages/s", "of linear")
            var single = 0.0
            var least = 1.0
            for workers in [1, 2, 4, 8] {
                var figures: [Double] = []
                for _ in 0..<rounds {
                    try await redis.clear()
                    let cycle = try await Self.cycle(workers: workers, chains, pages, slots, redis)
                    figures.append(Double(cycle.status.counts.pages) / cycle.seconds)
                }
                let figure = figures.median
                if workers == 1 { single = figure }
                let share = figure / single / Double(workers)
                least = min(least, share)
                report.row("\(workers)", figure.text(0), share.text(2))
            }
            report.outcome("\(least.text(2)) of linear", goal: "at least 0.90", reached: least >= 0.9)
        }
    }

    /// The provider is paused until all workers wait.
    private static func cycle(workers: Int, _ chains: Int, _ pages: Int, _ slots: Int, _ redis: PrivateRedis)
        async throws
        -> WholeCycle
    {
        let provider = ScalingWorker.provider(chains: chains, pages: pages)
        let operations = Operations(store: redis.store)
        _ = try await redis.store.register(provider, limits: WorkerSettings.unthrottled.limits)
        _ = try await operations.pause(provider.name)
        return try await withThrowingTaskGroup(of: WholeCycle?.self) { group in
            for _ in 0..<workers {
                let child = try ChildProcess(
                    "scaling-worker",
                    "--redis",
                    redis.socketPath,
                    "--chains",
                    "\(chains)",
                    "--pages",
                    "\(pages)",
                    "--slots",
                    "\(slots)"
                )
                group.addTask {
                    try await child.serving { _ in while true { try await Task.sleep(for: .seconds(60)) } }
                }
            }
            group.addTask {
                try await waitForListeners(workers, redis)
                try await operations.resume(provider.name)
                return try await WholeCycle.ended(provider.name, redis)
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap(\.self) ?? { throw BenchmarkError("a worker has ended") }()
        }
    }

    private static func waitForListeners(_ count: Int, _ redis: PrivateRedis) async throws {
        while true {
            let info = try await redis.client.send(RedisCommand("INFO", "clients")).string ?? ""
            if info.contains("blocked_clients:\(count)\r\n") { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
