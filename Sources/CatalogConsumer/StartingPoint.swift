internal import Logging
internal import Redis

/// Finds where reading a provider goes on, so that nothing is left out and, with a transactional sink, nothing comes twice.
///
/// The group is placed there first and looked at then: from the moment it stands at an entry, no other group's
/// acknowledgements can lead to what is behind being trimmed.
///
/// Where entries that the sink has not stored are gone, everything is published anew, once: reading goes on behind the newest
/// entry of that moment.
struct StartingPoint {
    let stream: DeltaStream
    let sink: any Sink
    var resync: Resync?
    let logger: Logger

    /// Whether a group can be placed at an entry, and the stream with the group there.
    private enum Place {
        /// The group stands there, and all that was published after it is in the stream.
        case complete(StreamState)
        /// What was published after it is not all in the stream.
        case incomplete
        /// The stream does not know this entry, or not any more.
        case lost
    }

    /// Places the group. The last entry that is stored is where it stands then.
    func find() async throws -> StreamState {
        let transactional = sink as? any TransactionalSink
        let catalog = try await transactional?.catalogID()
        let before = try await stream.createGroup(of: catalog)
        let state = try await current()
        let stored: StreamEntryID
        if let transactional {
            stored = try await transactional.lastEntryID(provider: stream.keys.name) ?? .zero
            if let catalog, let before, catalog != before {
                logger.warning(
                    "the group was another catalog's: this one is brought up from what it has",
                    metadata: [
                        LogKey.catalog: "\(catalog)", LogKey.catalogBefore: "\(before)", LogKey.entry: "\(stored)",
                    ]
                )
            }
        } else {
            // What was given and not acknowledged may or may not be stored: it comes again.
            stored = state.lowestPending?.predecessor ?? state.lastDelivered
        }
        let loss: ConsumerError
        switch try await place(at: stored, since: state, next: transactional == nil ? state.lowestPending : nil) {
        case .complete(let start): return start
        case .incomplete: loss = missing(stored, state)
        case .lost: loss = lost(stored, state)
        }
        let reason = "group \(stream.group): \(loss)"
        if let restarted = try await restart(transactional, because: reason) { return restarted }
        // Never behind the end: what comes then would be taken for acknowledged.
        try await stream.place(at: min(stored, state.lastGenerated))
        guard let resync else { throw loss }
        guard try await resync(stream.redis, stream.keys.name, state.resyncs, reason) else {
            throw ConsumerError(
                loss.code,
                """
                \(loss) Everything has to be published anew, but no worker has registered \(stream.keys.name): start one that \
                is configured with it.
                """,
                underlying: loss
            )
        }
        logger.warning("everything is published anew: \(loss)")
        guard let restarted = try await restart(transactional, because: reason, after: state) else { throw loss }
        return restarted
    }

    private func current() async throws -> StreamState {
        guard let state = try await stream.state() else {
            throw ConsumerError(
                .redis,
                "The consumer group \(stream.group) of \(stream.keys.name) was deleted just now."
            )
        }
        return state
    }

    /// Begins anew from where all that the provider has was published since, and is still there; nil when there is no such
    /// place.
    ///
    /// - Parameter earlier: the state before everything was published anew; nil if that was not done just now.
    private func restart(
        _ transactional: (any TransactionalSink)?,
        because reason: String,
        after earlier: StreamState? = nil
    ) async throws -> StreamState? {
        for candidate in try await current().origins {
            let found = try await place(at: candidate, since: nil, unchangedSince: earlier)
            guard case .complete(let start) = found else { continue }
            try await transactional?.restart(provider: stream.keys.name, after: candidate)
            if candidate == .zero { try await stream.createGroup(because: reason) }
            logger.warning(
                "what Redis has does not follow what is stored; all that the provider has is published behind here and is read",
                metadata: [LogKey.entry: "\(candidate)"]
            )
            return start
        }
        return nil
    }

    /// Places the group after `id`, if the stream knows it.
    ///
    /// - Parameters:
    ///   - next: an entry that is known to be the next, so that `id` itself need not have been one.
    ///   - earlier: a state before `id` was the newest entry. If nothing has gone since, `id` itself may be missing: a stream
    ///     that was trimmed to nothing does not hold it, and a worker may have published again by now.
    private func place(
        at id: StreamEntryID,
        since known: StreamState?,
        next: StreamEntryID? = nil,
        unchangedSince earlier: StreamState? = nil
    ) async throws -> Place {
        if let known, id > known.lastGenerated { return .lost }
        // To place a group makes Redis forget its lag for a while: not without need.
        if known?.lastDelivered != id { try await stream.place(at: id) }
        let state = try await current()
        if let next {
            guard let first = state.first, first <= next, state.maximumDeleted < next else { return .incomplete }
        } else if earlier.map({ state.isComplete(after: id, publishedSince: $0) }) != true {
            guard state.isComplete(after: id) else { return .incomplete }
            guard try await isKnown(id, state) else { return .lost }
        }
        if state.lowestPending != nil { try await stream.acknowledge(upTo: id) }
        return .complete(state)
    }

    /// Whether the stream had the entry. Newer ones say nothing of that: after a failover, they may have come in its place.
    private func isKnown(_ id: StreamEntryID, _ state: StreamState) async throws -> Bool {
        if id == .zero || id == state.lastGenerated || id == state.maximumDeleted || !(sink is any TransactionalSink) {
            return true
        }
        return try await stream.holds(id)
    }

    // MARK: - Errors

    private func missing(_ stored: StreamEntryID, _ state: StreamState) -> ConsumerError {
        ConsumerError(
            .missingEntries,
            """
            The delta stream of \(stream.keys.name) has lost entries that the group \(stream.group) had not stored (the last \
            stored is \(stored), the oldest left is \(state.first?.description ?? "none")).\(advice)
            """
        )
    }

    private func lost(_ stored: StreamEntryID, _ state: StreamState) -> ConsumerError {
        ConsumerError(
            .lostEntries,
            """
            Redis has lost the entry \(stored) of \(stream.keys.name), the last that is stored here: it crashed, was restored \
            from a backup, or another server took over before it had it (the newest that it knows is \
            \(state.lastGenerated)).\(advice)
            """
        )
    }

    /// For a consumer that cannot have it done itself.
    private var advice: String {
        guard resync == nil else { return "" }
        return """
             Run `tidemark resync \(stream.keys.name)`: everything is published anew, and this consumer goes on by itself.
            """
    }
}
