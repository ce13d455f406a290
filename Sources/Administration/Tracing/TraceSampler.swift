internal import Catalog

/// Which traces are recorded: a share of them, by their ids, so that every process decides alike.
struct TraceSampler: Sendable {
    /// Of the 56 random bits of an id, the lowest that is recorded.
    private let threshold: UInt64

    /// - Parameter ratio: from 0, none, to 1, all.
    init(ratio: Double) {
        let share = min(max(ratio, 0), 1)
        threshold = Self.range - UInt64((share * Double(Self.range)).rounded())
    }

    func samples(_ trace: TraceParent.TraceID) -> Bool {
        trace.low & (Self.range - 1) >= threshold
    }

    private static let range: UInt64 = 1 << 56
}
