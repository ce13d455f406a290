internal import Redis

/// The stream of one provider, as one consumer group sees it.
///
/// Entries are read without the group, and the group is placed at the last one that is stored. XREADGROUP would hand an
/// entry to a reader whose connection is dead, without its successor knowing; and what comes out of order is lost for a
/// sink that keeps one position. So nothing is ever pending, but for what others read in the group's name.
struct DeltaStream: Sendable {
    let redis: RedisClient
    let keys: ConsumerKeys.Provider
    let group: String
    /// The token of this consumer in the lease.
    let holder: String

    /// Creates the group where there is none, at the start of the stream. From then on nothing unread is trimmed.
    ///
    /// - Parameters:
    ///   - catalog: the catalog's id; nil if it has none.
    ///   - reason: why it begins anew at the start of the stream, for people; nil if it does not.
    /// - Returns: the catalog whose group it was before; nil if that is not known.
    @discardableResult
    func createGroup(of catalog: String? = nil, because reason: String? = nil) async throws(RedisError) -> String? {
        let reply = try await redis.evaluate(ConsumerScripts.join, keys: [keys.deltas, keys.state]) { arguments in
            arguments.append(group)
            arguments.append(catalog ?? "")
            arguments.append(reason ?? "")
        }
        return reply.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The stream and the group's place in it; nil when one of them is gone.
    ///
    /// - Parameter isReplicated: answers only when enough replicas have all that the stream has now.
    func state(isReplicated: Bool = false) async throws(RedisError) -> StreamState? {
        let reply = try await redis.evaluate(
            ConsumerScripts.state,
            keys: [keys.deltas, keys.state],
            isReplicated: isReplicated
        ) { $0.append(group) }
        guard !reply.isNull else { return nil }
        guard let values = reply.array, values.count == 11, let lastGenerated = values[1].entryID,
            let maximumDeleted = values[2].entryID, let entriesAdded = values[3].int, let length = values[4].int,
            let lastDelivered = values[5].entryID
        else {
            throw RedisError(
                .unexpectedReply,
                "XINFO of \(keys.deltas) does not tell what it tells since Redis 7.0: use Redis 7.0 or newer, or Valkey."
            )
        }
        return StreamState(
            first: values[0].entryID,
            lastGenerated: lastGenerated,
            maximumDeleted: maximumDeleted,
            entriesAdded: entriesAdded,
            length: length,
            lastDelivered: lastDelivered,
            lowestPending: values[6].entryID,
            published: values[7].int,
            resyncs: values[8].int ?? 0,
            resynced: values[9].entryID,
            missingBefore: values[10].int ?? 0
        )
    }

    /// Whether the entry is in the stream.
    func holds(_ id: StreamEntryID) async throws(RedisError) -> Bool {
        let id = id.description
        let reply = try await redis.send(RedisCommand("XREVRANGE", keys.deltas, id, id, "COUNT", "1"))
        return reply.array?.isEmpty == false
    }

    /// The same as ``place(at:)``; false when the stream does not hold the entry, or not any more.
    func acknowledge(_ id: StreamEntryID) async throws -> Bool {
        try await place(at: id)
        return try await holds(id)
    }

    /// Makes `id` the last entry that the group has: it and what is before it are acknowledged.
    ///
    /// Throws a ``ConsumerError`` when the lease is no longer this consumer's: the group may be further by then.
    func place(at id: StreamEntryID) async throws {
        let reply = try await redis.evaluate(ConsumerScripts.place, keys: [keys.lease, keys.deltas]) { arguments in
            arguments.append(holder)
            arguments.append(group)
            arguments.append(id.description)
        }
        guard reply.int == 1 else {
            throw ConsumerError(.leaseLost, "The lease \(keys.lease) ran out, or was taken over.")
        }
    }

    /// The next entries after `last`. Waits up to `timeout` while there are none.
    ///
    /// Entries that are too large to be read together are read one by one.
    ///
    /// - Throws: `malformedEntry` when the next one alone is too large.
    func read(after last: StreamEntryID, count: Int, timeout: Duration) async throws -> [RawEntry] {
        do throws(RedisError) {
            return try await readOnce(after: last, count: count, timeout: timeout)
        } catch {
            guard error.code == .protocolViolation else { throw error }
        }
        do throws(RedisError) {
            return try await readOnce(after: last, count: 1, timeout: timeout)
        } catch {
            throw tooLarge(error)
        }
    }

    /// Entries are at most a few MiB; one that exceeds what a reply may have was not published by an engine.
    private func tooLarge(_ error: RedisError) -> any Error {
        guard error.code == .protocolViolation else { return error }
        return ConsumerError(
            .malformedEntry,
            "An entry of \(keys.deltas) is too large to be read (\(error)). It and what follows it wait. Remove it by XDEL: "
                + "then everything is published anew.",
            underlying: error
        )
    }

    private func readOnce(
        after last: StreamEntryID,
        count: Int,
        timeout: Duration
    ) async throws(RedisError) -> [RawEntry] {
        let milliseconds = Int(timeout / .milliseconds(1))
        let reply = try await redis.blocking(
            RedisCommand(
                "XREAD",
                arguments: [
                    "COUNT", "\(count)", "BLOCK", "\(milliseconds)", "STREAMS", keys.deltas, last.description,
                ]
            ),
            timeout: timeout
        )
        guard !reply.isNull else { return [] }
        guard let entries = reply.array?.first?.array?.last?.array else {
            throw RedisError(.unexpectedReply, "XREAD on \(keys.deltas) gave no list of entries.")
        }
        var result: [RawEntry] = []
        for entry in entries { result.append(try RawEntry(entry)) }
        return result
    }

    /// Acknowledges what others were given in the group's name, up to `id`.
    func acknowledge(upTo id: StreamEntryID) async throws(RedisError) {
        let limit = 1000
        while true {
            let pending = try await redis.send(
                RedisCommand("XPENDING", keys.deltas, group, "-", id.description, "\(limit)")
            )
            let ids = pending.array?.compactMap { $0.array?.first?.entryID } ?? []
            if !ids.isEmpty {
                _ = try await redis.send(
                    RedisCommand("XACK", arguments: [keys.deltas, group] + ids.map(\.description))
                )
            }
            if ids.count < limit { return }
        }
    }

    /// Drops what every group has acknowledged, in bounded steps. Tests take checks out of the script.
    func trim(_ script: RedisScript = ConsumerScripts.trim) async throws(RedisError) {
        let limit: Int64 = 100
        while true {
            let reply = try await redis.evaluate(script, keys: [keys.deltas]) { $0.append(limit) }
            // Whole nodes go, of at most 4 KiB where they hold several entries: a step that found more falls short of its limit.
            if (reply.int ?? 0) < limit / 2 { return }
        }
    }
}

extension RESPValue {
    fileprivate var entryID: StreamEntryID? { string.flatMap(StreamEntryID.init) }
}
