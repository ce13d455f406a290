/// A stream of deltas as its consumers see it. Entries are numbered from 1.
struct StreamModel {
    struct Group {
        /// The entry that it was given last, or was placed at.
        var last = 0
        /// Given by XREADGROUP and not acknowledged.
        var pending: [Int] = []
        /// Whether Redis can tell its lag. It cannot after a group was placed in the middle of a stream; which it is,
        /// is read from Redis, and the model says how much the lag then is.
        var lagIsKnown = true
    }

    var exists = false
    /// How many entries were ever published.
    var added = 0
    /// How many of them a stream had that was deleted.
    var missing = 0
    /// The oldest that is left.
    var first = 1
    var groups: [String: Group] = [:]

    var length: Int { added - first + 1 }

    /// The newest entry that the stream ever had.
    var newest: Int { added > missing ? added : 0 }

    /// It is deleted, with its groups.
    mutating func drop() {
        (exists, missing, first, groups) = (false, added, added + 1, [:])
    }

    func lag(_ group: Group) -> Int { min(added - group.last, length) }

    /// Consumers set the pace.
    func isBehind(maxPending: Int, maxLength: Int) -> Bool {
        guard length > 0 else { return false }
        return length >= maxLength
            || groups.values.contains { $0.pending.count + ($0.lagIsKnown ? lag($0) : length) > maxPending }
    }

    /// The entry up to which a group has all, itself still to be kept.
    func settled(_ group: Group) -> Int {
        guard let lowest = group.pending.min(), lowest <= group.last else { return group.last }
        return lowest - 1 >= first ? lowest - 1 : 0
    }

    /// Whether all that was published after an entry is there; for 0, all that the provider has. `resynced` is the newest entry
    /// before everything was published anew, and how many the stream lacked then.
    func isWhole(after entry: Int, resynced: (entry: Int, missing: Int)?) -> Bool {
        guard entry == 0 else { return entry <= newest && (entry == newest || length > 0 && first <= entry) }
        return first == missing + 1
            && (missing == 0 || resynced.map { $0.entry == 0 && missing <= $0.missing } ?? false)
    }

    mutating func trim() {
        guard let floor = groups.values.map(settled).min() else { return }
        first = max(first, min(floor, added + 1))
    }
}
