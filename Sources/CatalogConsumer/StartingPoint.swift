internal import Logging
internal import Redis

/// Finds where reading a provider goes on, so that nothing is left out and, with a transactional sink, nothing comes twice.
///
/// The group is placed there first and looked at then: from the moment it stands at an entry, no other group's
/// acknowledgements can lead to what is behind being trimmed.
struct StartingPoint {
    let stream: DeltaStream
    let sink: any Sink
    var resync: Resync?
    let logger: Logger

    private enum Place {
        /// The group stands there, and all that was published after it is in the stream.
        case complete
        /// What was published after it is not all in the stream.
        case incomplete
        /// The stream does not know this entry, or not any more.
        case lost
    }

    /// Places the group, and gives the last entry that is stored.
    func find() async throws -> StreamEntryID {
        try await stream.createGroup()
        let state = try await stream.state()
        let transactional = sink as? any TransactionalSink
        let stored: StreamEntryID
        if let transactional {
            stored = try await transactional.lastEntryID(provider: stream.keys.name) ?? .zero
        } else {
            // What was given and not acknowledged may or may not be stored: it comes again.
            stored = state.lowestPending?.predecessor ?? state.lastDelivered
        }
        let found = try await place(at: stored, since: state, next: transactional == nil ? state.lowestPending : nil)
        if found == .complete { return stored }
        if let restarted = try await restart(transactional) { return restarted }
        // Never behind the end: what comes then would be taken for acknowledged.
        try await stream.place(at: min(stored, state.lastGenerated))
        guard found == .lost else { throw missing(stored, state) }
        if let resync {
            do {
                try await resync(stream.redis, stream.keys.name)
            } catch {
                throw lost(stored, state, because: error)
            }
            if let restarted = try await restart(transactional) { return restarted }
        }
        throw lost(stored, state, because: nil)
    }

    /// Begins anew from where all that the provider has was published since, and is still there; nil when there is no such
    /// place.
    private func restart(_ transactional: (any TransactionalSink)?) async throws -> StreamEntryID? {
        for candidate in [.zero, try await stream.resynced()].compactMap(\.self) {
            guard try await place(at: candidate, since: nil) == .complete else { continue }
            try await transactional?.restart(provider: stream.keys.name, after: candidate)
            logger.warning(
                "what Redis has does not follow what is stored; all that the provider has is published behind here and is read",
                metadata: [LogKey.entry: "\(candidate)"]
            )
            return candidate
        }
        return nil
    }

    /// Places the group after `id`, if the stream knows it.
    ///
    /// - Parameter next: an entry that is known to be the next, so that `id` itself need not have been one.
    private func place(
        at id: StreamEntryID,
        since known: StreamState?,
        next: StreamEntryID? = nil
    ) async throws -> Place {
        if let known, id > known.lastGenerated { return .lost }
        // To place a group makes Redis forget its lag for a while: not without need.
        if known?.lastDelivered != id { try await stream.place(at: id) }
        let state = try await stream.state()
        if let next {
            guard let first = state.first, first <= next, state.maximumDeleted < next else { return .incomplete }
        } else {
            guard state.isComplete(after: id) else { return .incomplete }
            guard try await isKnown(id, state) else { return .lost }
        }
        if state.lowestPending != nil { try await stream.acknowledge(upTo: id) }
        return .complete
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
            stored is \(stored), the oldest left is \(state.first?.description ?? "none")). \(advice)
            """
        )
    }

    private func lost(_ stored: StreamEntryID, _ state: StreamState, because error: (any Error)?) -> ConsumerError {
        let reason = error.map { " It could not be told to publish everything anew: \($0)." } ?? ""
        return ConsumerError(
            .lostEntries,
            """
            Redis has lost the entry \(stored) of \(stream.keys.name), the last that is stored here: it crashed, or another \
            server took over before it had it (the newest that it knows is \(state.lastGenerated)).\(reason) \(advice)
            """,
            underlying: error
        )
    }

    private var advice: String {
        """
        Run `tidemark resync \(stream.keys.name)`: everything is published anew by its next cycle, and this consumer goes on \
        by itself.
        """
    }
}
