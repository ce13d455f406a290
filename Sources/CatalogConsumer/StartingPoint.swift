internal import Logging
internal import Redis

/// Finds where reading a provider goes on, so that nothing is left out and, with a transactional sink, nothing comes twice.
///
/// The group is placed there first and looked at then: from the moment it stands at an entry, no other group's
/// acknowledgements can lead to what is behind being trimmed.
struct StartingPoint {
    let stream: DeltaStream
    let sink: any Sink
    let logger: Logger

    /// Places the group, and gives the last entry that is stored.
    func find() async throws -> StreamEntryID {
        try await stream.createGroup()
        let provider = stream.keys.name
        let state = try await stream.state()
        let transactional = sink as? any TransactionalSink
        let stored: StreamEntryID
        if let transactional {
            stored = try await transactional.lastEntryID(provider: provider) ?? .zero
        } else {
            // What was given and not acknowledged may or may not be stored: it comes again.
            stored = state.lowestPending?.predecessor ?? state.lastDelivered
        }
        if try await place(at: stored, since: state, next: transactional == nil ? state.lowestPending : nil) {
            return stored
        }
        for candidate in [.zero, try await stream.resynced()].compactMap(\.self) {
            guard try await place(at: candidate, since: nil) else { continue }
            try await transactional?.restart(provider: provider, after: candidate)
            logger.warning(
                "entries behind the last one stored are gone; all that the provider has was published since and is read",
                metadata: [LogKey.entry: "\(candidate)"]
            )
            return candidate
        }
        try await stream.place(at: stored)
        throw ConsumerError(
            .missingEntries,
            """
            The delta stream of \(provider) has lost entries that the group \(stream.group) had not stored (the last stored is \
            \(stored), the oldest left is \(state.first?.description ?? "none")). Run `tidemark resync \(provider)`: \
            everything is published anew by its next cycle, and this consumer goes on by itself.
            """
        )
    }

    /// Places the group after `id`; true when all that was published after it is in the stream.
    ///
    /// - Parameter next: an entry that is known to be the next, so that `id` itself need not have been one.
    private func place(
        at id: StreamEntryID,
        since known: StreamState?,
        next: StreamEntryID? = nil
    ) async throws -> Bool {
        // To place a group makes Redis forget its lag for a while: not without need.
        if known?.lastDelivered != id { try await stream.place(at: id) }
        let state = try await stream.state()
        if let next {
            guard let first = state.first, first <= next, state.maximumDeleted < next else { return false }
        } else {
            guard state.isComplete(after: id) else { return false }
        }
        if state.lowestPending != nil { try await stream.acknowledge(upTo: id) }
        return true
    }
}
