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
    /// How many entries there ever were.
    var added = 0
    /// The oldest that is left.
    var first = 1
    var groups: [String: Group] = [:]

    var length: Int { added - first + 1 }

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

    mutating func trim() {
        guard let floor = groups.values.map(settled).min() else { return }
        first = max(first, min(floor, added + 1))
    }
}
