/// What Redis knows of a provider's stream and of one group's place in it.
struct StreamState: Equatable {
    /// The oldest entry that is there.
    var first: StreamEntryID?
    /// The id of the newest entry that ever was.
    var lastGenerated: StreamEntryID
    /// The greatest id that was deleted on purpose; trimming does not count.
    var maximumDeleted: StreamEntryID
    /// How many entries there ever were.
    var entriesAdded: Int64
    var length: Int64
    /// The last entry that the group was given.
    var lastDelivered: StreamEntryID
    /// The oldest entry that the group was given and has not acknowledged.
    var lowestPending: StreamEntryID?
    /// How many entries were ever published, by a count that is kept apart from the stream. Nil if nobody has counted.
    var published: Int64?
    /// How often everything was to be published anew.
    var resyncs: Int64 = 0
    /// The newest entry when it was the last time.
    var resynced: StreamEntryID?
    /// How many entries the stream lacked by then.
    var missingBefore: Int64 = 0

    /// How many entries the stream never had: it was deleted, and made anew.
    var missing: Int64 { max(0, (published ?? 0) - entriesAdded) }

    /// How many entries were there once.
    var trimmed: Int64 { entriesAdded - length }

    /// The entries after which all that the provider has was published, or will be.
    var origins: [StreamEntryID] {
        var origins: [StreamEntryID] = missing == 0 ? [.zero] : []
        if let resynced, missing <= missingBefore { origins.append(resynced) }
        return origins
    }

    /// Whether all that was ever published after `id` is there; for zero, all that the provider has.
    ///
    /// Trimming takes the oldest. So while there is one as old as `id`, none behind it was trimmed.
    func isComplete(after id: StreamEntryID) -> Bool {
        guard id != .zero else { return trimmed == 0 && origins.contains(.zero) }
        guard maximumDeleted <= id, id <= lastGenerated else { return false }
        return id == lastGenerated || first.map { $0 <= id } ?? false
    }

    /// Whether the group still stands at `id`, and all that was published after it is there.
    ///
    /// - Parameter start: the state at a moment when that was so. The entry at which a group starts may be gone already.
    func isComplete(after id: StreamEntryID, since start: StreamState) -> Bool {
        guard lastDelivered == id, missing == start.missing else { return false }
        return isComplete(after: id) || trimmed == start.trimmed
    }

    /// Whether `id` was published no earlier than the newest entry of `earlier`, and nothing has gone from the stream since.
    func isComplete(after id: StreamEntryID, publishedSince earlier: StreamState) -> Bool {
        guard earlier.lastGenerated <= id, id <= lastGenerated else { return false }
        return missing == earlier.missing && trimmed == earlier.trimmed && entriesAdded >= earlier.entriesAdded
    }
}
