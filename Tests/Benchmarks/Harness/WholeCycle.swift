internal import Ingestion

/// One cycle of a provider, from its beginning to its end as Redis tells them.
struct WholeCycle: Sendable {
    let seconds: Double
    let status: ProviderStatus

    var entitiesPerSecond: Double { Double(status.counts.marked) / seconds }

    /// Runs a worker until the provider's current cycle has ended.
    static func run(_ provider: Provider, on redis: PrivateRedis, settings: WorkerSettings = .unthrottled) async throws
        -> WholeCycle
    {
        let worker = try Worker(store: redis.store, providers: [provider], settings: settings, logger: .quiet)
        return try await withThrowingTaskGroup(of: WholeCycle?.self) { group in
            group.addTask {
                try await worker.run()
                return nil
            }
            group.addTask { try await ended(provider.name, redis) }
            defer { group.cancelAll() }
            guard let cycle = try await group.next() ?? nil else { throw BenchmarkError("the worker has ended") }
            return cycle
        }
    }

    /// Waits for the end of the cycle that goes on.
    static func ended(_ provider: String, _ redis: PrivateRedis) async throws -> WholeCycle {
        let operations = Operations(store: redis.store)
        while true {
            try await Task.sleep(for: .milliseconds(20))
            guard let status = try? await operations.status(of: provider) else { continue }
            switch status.phase {
            case .starting, .running, .sweeping:
                if let error = status.error { throw BenchmarkError("\(provider): \(error)") }
            case .resting:
                let seconds = Double((status.ended ?? 0) - (status.started ?? 0)) / 1_000
                return WholeCycle(seconds: seconds, status: status)
            default: throw BenchmarkError("the cycle of \(provider) ended as \(status.phase)")
            }
        }
    }
}

extension WorkerSettings {
    /// A worker that no consumer holds back.
    static var unthrottled: WorkerSettings {
        WorkerSettings(limits: StreamLimits(maxPending: 1_000_000, maxLength: 1_000_000))
    }
}

extension Provider {
    /// A provider whose bursts do not pause by themselves.
    static func benchmark(_ source: any EntitySource, _ change: (inout Provider) -> Void = { _ in }) -> Provider {
        var provider = Provider(name: "benchmark", source: source)
        provider.burstLength = .seconds(3_600)
        provider.burstInterval = .zero
        change(&provider)
        return provider
    }
}
