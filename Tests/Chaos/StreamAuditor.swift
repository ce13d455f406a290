internal import Catalog
internal import CatalogConsumer
internal import Ingestion
internal import Redis
internal import Synchronization

/// Reads the whole stream of a provider as it grows, in a group of its own, so that nothing is trimmed before it was seen. When
/// the stream was deleted, or Redis emptied or restored from a backup, it has everything published anew, as any consumer does.
final class StreamAuditor: Sendable {
    struct State {
        var last = "0-0"
        var parts: Set<String> = []
        var entries = 0
        /// By ref: the digest of the body, and the entry that published it.
        var catalog: [String: (digest: UInt64, entry: StreamEntryID)] = [:]
        var completed = 0
        /// Redis's counts at the last read.
        var counted = Counted()
        /// True after it began anew, until a cycle completes: it doesn't know yet what was there before.
        var isIncomplete = false
        var twice: [String] = []
    }

    /// How much was published, and what of it the stream never had.
    struct Counted {
        var published: Int64 = 0
        var missing: Int64 = 0
        /// Whether the entry that was read last is one that Redis knows.
        var knowsLast = true
        /// The newest entry before everything was published anew.
        var resynced: StreamEntryID?
    }

    let provider: String
    private let observer: Operations
    private let redis: RedisClient
    private let keys: ProviderKeys
    private let state = Mutex(State())

    init(provider: String, observer: Operations) {
        (self.provider, self.observer) = (provider, observer)
        (redis, keys) = (observer.store.redis, observer.store.keys(of: provider))
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
            let counted = try await count()
            let before = current.counted
            // Where the stream was deleted, more is missing than before.
            let isBehind =
                counted.published < before.published || !counted.knowsLast && counted.missing <= before.missing
            if isBehind || counted.missing != before.missing {
                try await beginAnew(isBehind: isBehind)
                continue
            }
            state.withLock { $0.counted = counted }
            guard !entries.isEmpty else { continue }
            for entry in entries { try take(entry, resynced: counted.resynced) }
            _ = try await redis.send(RedisCommand("XGROUP", "SETID", keys.deltas, "audit", current.last))
        }
    }

    /// Reads all in one step, since entries are published all the time.
    private func count() async throws -> Counted {
        let script = """
            local published, added, known = tonumber(redis.call('HGET', KEYS[2], 'published') or 0), 0, ARGV[1] == '0-0'
            if redis.call('EXISTS', KEYS[1]) == 1 then
              local info = redis.call('XINFO', 'STREAM', KEYS[1])
              for i = 1, #info, 2 do
                if info[i] == 'entries-added' then added = info[i + 1] end
                if info[i] == 'last-generated-id' and info[i + 1] == ARGV[1] then known = true end
              end
              known = known or #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) > 0
            end
            return {published, published - added, known and 1 or 0, redis.call('HGET', KEYS[2], 'resynced') or ''}
            """
        let command = RedisCommand("EVAL", script, "2", keys.deltas, keys.hash, current.last)
        let counts = try await redis.send(command).array
        return Counted(
            published: counts?[0].int ?? 0,
            missing: counts?[1].int ?? 0,
            knowsLast: counts?[2].int == 1,
            resynced: StreamEntryID(counts?[3].string ?? "")
        )
    }

    /// Has everything published anew, and goes on behind what was there before.
    ///
    /// - Parameter isBehind: Redis was emptied or restored: generations and events are counted again.
    private func beginAnew(isBehind: Bool) async throws {
        _ = try? await redis.send(RedisCommand("XGROUP", "CREATE", keys.deltas, "audit", "0", "MKSTREAM"))
        do {
            try await observer.resync(provider)
        } catch let error as OperationError where error.code == .unknownProvider {
            // No worker has registered it since.
            try await Task.sleep(for: .milliseconds(100))
            return
        }
        let last = try await redis.send(RedisCommand("HGET", keys.hash, "resynced")).string ?? "0-0"
        let counted = try await count()
        state.withLock { state in
            (state.last, state.catalog, state.counted, state.isIncomplete) = (last, [:], counted, true)
            if isBehind { state.parts = [] }
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
            for removed in delta.removed
            where state.catalog.removeValue(forKey: removed.entityRef.string) == nil && !state.isIncomplete {
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
            if delta.type == .cycleCompleted {
                state.completed += 1
                state.isIncomplete = false
            }
        }
    }
}
