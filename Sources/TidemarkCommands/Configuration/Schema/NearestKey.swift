/// Finds what a mistyped word was meant to be.
enum NearestKey {
    /// The closest of `candidates`, if it is near enough to be a slip: a third of its length, in edits.
    static func find(_ word: String, in candidates: [String]) -> String? {
        let folded = word.lowercased().filter { $0 != "_" && $0 != "-" }
        let measured = candidates.map { candidate in
            (candidate, distance(Array(folded.utf8), Array(candidate.lowercased().filter { $0 != "-" }.utf8)))
        }
        guard let nearest = measured.min(by: { $0.1 < $1.1 }) else { return nil }
        return nearest.1 <= max(1, max(folded.count, nearest.0.count) / 3) ? nearest.0 : nil
    }

    /// Insertions, removals, exchanges and swaps of neighbours between two words.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast = [Int]()
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(current[column] + 1, last[column + 1] + 1, last[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
