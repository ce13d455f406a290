internal import Ingestion
internal import Redis

/// Workers in a process each, over one source of several chains.
struct ScalingFleet: Sendable {
    let workers: Int
    let slots: Int
    let chains: Int
    let pages: Int

    /// What one cycle came to; cores: seconds of processor time a second.
    struct Cycle: Sendable {
        var pagesPerSecond: Double
        var workersCores: Double
        var redisCores: Double
    }

    /// One cycle from its beginning to its end. The provider is paused until all workers wait.
    func cycle(on redis: PrivateRedis) async throws -> Cycle {
        let provider = ScalingWorker.provider(chains: chains, pages: pages)
        let operations = Operations(store: redis.store)
        _ = try await redis.store.register(provider, limits: WorkerSettings.unthrottled.limits)
        _ = try await operations.pause(provider.name)
        let (started, starter) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Cycle?.self) { group in
            for _ in 0..<workers {
                let child = try child(on: redis)
                group.addTask {
                    try await child.serving { line in
                        if let process = Int(line) { starter.yield(process) }
                        while true { try await Task.sleep(for: .seconds(60)) }
                    }
                }
            }
            group.addTask {
                var processes: [Int] = []
                for await process in started.prefix(workers) { processes.append(process) }
                try await waitForListeners(redis)
                let server = try await Self.process(of: redis)
                let before = (
                    processes.map(ProcessUsage.processorTime(of:)).reduce(0, +), ProcessUsage.processorTime(of: server)
                )
                let began = ContinuousClock.now
                try await operations.resume(provider.name)
                let cycle = try await WholeCycle.ended(provider.name, redis)
                let seconds = began.duration(to: .now).seconds
                return Cycle(
                    pagesPerSecond: Double(cycle.status.counts.pages) / cycle.seconds,
                    workersCores: (processes.map(ProcessUsage.processorTime(of:)).reduce(0, +) - before.0) / seconds,
                    redisCores: (ProcessUsage.processorTime(of: server) - before.1) / seconds
                )
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap(\.self) ?? { throw BenchmarkError("a worker has ended") }()
        }
    }

    private func child(on redis: PrivateRedis) throws -> ChildProcess {
        try ChildProcess(
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
    }

    private func waitForListeners(_ redis: PrivateRedis) async throws {
        while true {
            let info = try await redis.client.send(RedisCommand("INFO", "clients")).string ?? ""
            if info.contains("blocked_clients:\(workers)\r\n") { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func process(of redis: PrivateRedis) async throws -> Int {
        let info = try await redis.client.send(RedisCommand("INFO", "server")).string ?? ""
        let line = info.split(separator: "\r\n").first { $0.hasPrefix("process_id:") }
        guard let process = line.flatMap({ Int($0.dropFirst("process_id:".count)) }) else {
            throw BenchmarkError("Redis does not say which process it is")
        }
        return process
    }
}
