internal import Catalog
internal import CatalogConsumer
internal import Ingestion
internal import Redis

/// Cycles of one provider, one after the other, each over another revision of its source.
struct Soak: Sendable {
    static let memory = "memory, KiB"

    let redis: PrivateRedis
    let source: ShiftingSource

    private var operations: Operations { Operations(store: redis.store) }
    private var keys: ProviderKeys { redis.store.keys(of: "benchmark") }

    /// Runs as many cycles as the last of `counts` says; what Redis holds after each of them.
    func run(measuringAt counts: [Int]) async throws -> [[String: Int]] {
        let provider = Provider.benchmark(source) {
            $0.maxAttempts = 1
        }
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let consumer = CatalogConsumer(
            redis: redis.client.configuration,
            sink: try SQLiteSink(path: directory.path + "/catalog.sqlite"),
            configuration: ConsumerConfiguration(discoveryInterval: .milliseconds(100)),
            logger: .quiet
        )
        let worker = try Worker(store: redis.store, providers: [provider], logger: .quiet)
        return try await withThrowingTaskGroup(of: [[String: Int]]?.self) { group in
            group.addTask {
                try await worker.run()
                return nil
            }
            group.addTask {
                try await consumer.run()
                return nil
            }
            group.addTask {
                try await ended()
                var figures: [[String: Int]] = []
                for number in 1...(counts.max() ?? 1) {
                    try await cycle(number, of: provider)
                    if counts.contains(number) { figures.append(try await settled()) }
                }
                return figures
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap(\.self) ?? []
        }
    }

    private func cycle(_ number: Int, of provider: Provider) async throws {
        source.change(to: number)
        try await operations.start(provider.name)
        if number % 10 == 3 {
            try await operations.cancel(provider.name)
            try await operations.resume(provider.name)
        }
        var normalizer = EntityNormalizer(annotations: [provider.annotationKey: provider.name])
        let entity = try normalizer.normalize(GeneratedEntities.text(number * 7, revision: 1))
        try await operations.apply(PreparedEvent(added: [entity], removed: []), to: provider)
        try await ended()
    }

    /// Waits until the cycle that goes on has ended, well or not.
    private func ended() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(10))
            guard let status = try? await operations.status(of: "benchmark") else { continue }
            switch status.phase {
            case .starting, .running, .sweeping: continue
            default:
                if status.outstanding == 0 { return }
            }
        }
    }

    /// What Redis holds once the consumer has stored everything and tables that were growing have grown.
    private func settled() async throws -> [String: Int] {
        let memory = try await redis.settledMemory()
        let replies = try await redis.client.pipeline([
            RedisCommand("DBSIZE"), RedisCommand("XLEN", keys.deltas), RedisCommand("XLEN", keys.rejected),
            RedisCommand("ZCARD", keys.touched), RedisCommand("LLEN", redis.store.lane(0).dead),
            RedisCommand("ZCARD", redis.store.lane(0).delayed),
        ])
        let counts = replies.map { Int($0.int ?? 0) }
        let status = try await operations.status(of: "benchmark")
        return [
            Self.memory: memory >> 10, "keys": counts[0], "entries of the stream": counts[1],
            "rejected entities kept": counts[2], "touched refs": counts[3], "dead jobs": counts[4],
            "delayed jobs": counts[5], "cycles completed": status.completed, "known entities": status.known,
        ]
    }
}
