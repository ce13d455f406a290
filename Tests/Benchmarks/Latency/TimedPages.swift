internal import Catalog
internal import Ingestion
internal import Redis
internal import Synchronization

/// A source without end that takes note, at each read, of how long its job was due.
final class TimedPages: EntitySource {
    private let redis: RedisClient
    private let provider: ProviderKeys
    private let noted = Mutex(Noted())

    private struct Noted {
        /// When the job that waits is due, in milliseconds by the clock of Redis, until its page is read.
        var due: Int64?
        var waits: [Double] = []
    }

    init(redis: RedisClient, provider: ProviderKeys) {
        self.redis = redis
        self.provider = provider
    }

    /// Milliseconds from when a job was due to when a worker read its page, by the clock of Redis.
    var milliseconds: [Double] { noted.withLock { $0.waits } }

    /// Takes note of when the job is due, which the provider says only until the job is taken.
    func lookAhead() async throws {
        guard let due = try await redis.send(RedisCommand("HGET", provider.hash, "due")).int else { return }
        noted.withLock { $0.due = due }
    }

    func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    func page(at cursor: JSON?, using client: Void) async throws -> Page {
        let time = try await redis.send(RedisCommand("TIME")).array?.compactMap(\.int) ?? []
        noted.withLock { noted in
            guard let due = noted.due, time.count == 2 else { return }
            let wait = Double(time[0]) * 1_000 + Double(time[1]) / 1_000 - Double(due)
            // A negative one is of a job that came sooner than was noted, as the first does.
            if wait >= 0 { noted.waits.append(wait) }
            noted.due = nil
        }
        let page = (cursor?["page"]?.integer ?? 0) + 1
        return Page(entities: [], next: [["page": .integer(page)]])
    }
}
