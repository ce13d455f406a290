internal import Catalog
internal import Ingestion
internal import Redis
internal import Synchronization

/// A source without end that takes note, at each read, of how long its job was due.
final class TimedPages: EntitySource {
    private let redis: RedisClient
    private let provider: ProviderKeys
    private let waits = Mutex<[Double]>([])

    init(redis: RedisClient, provider: ProviderKeys) {
        self.redis = redis
        self.provider = provider
    }

    /// Milliseconds from when a job was due to when a worker read its page, by the clock of Redis.
    var milliseconds: [Double] { waits.withLock { $0 } }

    func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    func page(at cursor: JSON?, using client: Void) async throws -> Page {
        let replies = try await redis.pipeline([RedisCommand("TIME"), RedisCommand("HGET", provider.hash, "due")])
        let time = replies[0].array?.compactMap(\.int) ?? []
        if let due = replies[1].int, time.count == 2 {
            waits.withLock { $0.append(Double(time[0]) * 1_000 + Double(time[1]) / 1_000 - Double(due)) }
        }
        let page = (cursor?["page"]?.integer ?? 0) + 1
        return Page(entities: [], next: [["page": .integer(page)]])
    }
}
