internal import Catalog
internal import CatalogConsumer
internal import Ingestion
internal import Redis
internal import Synchronization

/// Reads the whole stream of a provider as it grows, in a group of its own, so that nothing is trimmed before it was seen.
final class StreamAuditor: Sendable {
    struct State {
        var last = "0-0"
        var parts: Set<String> = []
        var entries = 0
        /// By ref: the digest of the body, and the entry that published it.
        var catalog: [String: (digest: UInt64, entry: StreamEntryID)] = [:]
        var completed = 0
        var twice: [String] = []
    }

    let provider: String
    private let redis: RedisClient
    private let keys: ProviderKeys
    private let state = Mutex(State())

    init(provider: String, store: Store) {
        (self.provider, redis, keys) = (provider, store.redis, store.keys(of: provider))
    }

    var current: State { state.withLock { $0 } }

    /// Reads until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            do {
                try await follow()
            } catch let error as RedisError {
                // Redis is away for a moment.
                if error.code == .unexpectedReply { throw error }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func follow() async throws {
        _ = try? await redis.send(RedisCommand("XGROUP", "CREATE", keys.deltas, "audit", "0", "MKSTREAM"))
        while !Task.isCancelled {
            let last = current.last
            let reply = try await redis.blocking(
                RedisCommand("XREAD", "COUNT", "100", "BLOCK", "1000", "STREAMS", keys.deltas, last),
                timeout: .seconds(1)
            )
            let entries = reply.array?.first?.array?.last?.array ?? []
            guard !entries.isEmpty else { continue }
            let resynced = StreamEntryID(try await redis.send(RedisCommand("HGET", keys.hash, "resynced")).string ?? "")
            for entry in entries { try take(entry, resynced: resynced) }
            _ = try await redis.send(RedisCommand("XGROUP", "SETID", keys.deltas, "audit", current.last))
        }
    }

    private func take(_ entry: RESPValue, resynced: StreamEntryID?) throws {
        guard let text = entry.array?.first?.string, let id = StreamEntryID(text),
            let fields = entry.array?.last?.array
        else { throw RedisError(.unexpectedReply, "XREAD gave no entry") }
        let delta = try Delta(
            fields: stride(from: 0, to: fields.count - 1, by: 2).map {
                (fields[$0].string ?? "", fields[$0 + 1].bytes ?? [])
            }
        )
        state.withLock { state in
            state.last = text
            state.entries += 1
            let part = "\(provider), generation \(delta.generation), job \(delta.job), sequence \(delta.sequence)"
            if !state.parts.insert(part).inserted { state.twice.append("\(part): the same part again, as \(text)") }
            for removed in delta.removed where state.catalog.removeValue(forKey: removed.entityRef.string) == nil {
                state.twice.append("\(part): \(removed.entityRef.string) was removed, though it was not there")
            }
            for added in delta.added {
                let (ref, digest) = (added.entity.ref.string, added.entity.digest.value)
                // An event publishes what it says, and a resync all there is; a page only what is not published yet.
                if let known = state.catalog[ref], known.digest == digest, delta.origin == .burst,
                    resynced.map({ known.entry > $0 }) ?? true
                {
                    state.twice.append("\(part): \(ref) as it was published by \(known.entry)")
                }
                state.catalog[ref] = (digest, id)
            }
            if delta.type == .cycleCompleted { state.completed += 1 }
        }
    }
}
