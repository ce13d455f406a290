/// What is known of the keys of a leaf by those that came: enough to choose where to cut it.
struct LeafSample: Sendable {
    private static let mostKept = 1_024

    private(set) var count = 0
    private var kept: [String] = []
    /// Every so many keys one is kept.
    private var stride = 1
    private var last: String?
    private var lowest: String?
    private var highest: String?
    private var ascents = 0
    private var descents = 0

    /// Takes keys in the order in which they came.
    mutating func add(_ keys: some Sequence<String>, _ key: LeafKey) {
        for value in keys {
            if let last {
                if key.precedes(last, value) { ascents += 1 } else { descents += 1 }
            }
            last = value
            if lowest.map({ key.precedes(value, $0) }) ?? true { lowest = value }
            if highest.map({ key.precedes($0, value) }) ?? true { highest = value }
            if count % stride == 0 { kept.append(value) }
            count += 1
            if kept.count >= Self.mostKept {
                kept = kept.indices.filter { $0 % 2 == 0 }.map { kept[$0] }
                stride *= 2
            }
        }
    }

    /// Where to cut a leaf that the server would not give as a whole.
    ///
    /// Keys that came in no order are a sample of all: their quarters are quarters of the leaf. Four parts at a time cost the
    /// fewest searches when nobody knows how many entries there are: sixteen would mostly be far narrower than they need be. Keys that came in
    /// order (a directory that was loaded at once has keys that rise with time) tell nothing about those that did not come, but that
    /// they most likely lie beyond the last: what came is one part.
    func cutsAtLimit(_ key: LeafKey) -> [String] { isOrdered ? ends : quarters(key) }

    /// Where to cut a leaf that took longer than a burst: what came has to be cut as well, or it would take as long again.
    func cutsAtPause(_ key: LeafKey) -> [String] { quarters(key) + (isOrdered ? ends : []) }

    private var isOrdered: Bool {
        count >= 10 && max(ascents, descents) * 10 >= (count - 1) * 9
    }

    private var ends: [String] {
        [last, ascents >= descents ? highest : lowest].compactMap(\.self)
    }

    private func quarters(_ key: LeafKey) -> [String] {
        let sorted = kept.sorted(by: key.precedes)
        guard !sorted.isEmpty else { return [] }
        return (1...3).map { sorted[$0 * (sorted.count - 1) / 4] }
    }
}
