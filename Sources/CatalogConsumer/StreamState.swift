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

    /// Whether the stream has all that was ever published.
    var isComplete: Bool { entriesAdded == length }

    /// Whether all that was ever published after `id` is there.
    ///
    /// Trimming takes the oldest. So while there is one as old as `id`, none behind it was trimmed.
    func isComplete(after id: StreamEntryID) -> Bool {
        guard id != .zero else { return isComplete }
        guard maximumDeleted <= id, id <= lastGenerated else { return false }
        return id == lastGenerated || first.map { $0 <= id } ?? false
    }
}
