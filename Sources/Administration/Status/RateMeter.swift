/// How fast a count grows, over the last seconds.
package struct RateMeter: Sendable {
    private struct Sample {
        var generation: Int64
        var count: Int
        var at: Int64
    }

    /// The time that is looked back on, in milliseconds: long enough to see over the pause between two bursts.
    private static let window: Int64 = 5_000

    private var samples: [Sample] = []

    package init() {}

    /// Takes a count at a time in milliseconds; another generation starts anew.
    package mutating func add(_ count: Int, generation: Int64, at: Int64) {
        if let last = samples.last, last.generation != generation || last.count > count { samples = [] }
        if samples.last.map({ $0.at < at }) ?? true {
            samples.append(Sample(generation: generation, count: count, at: at))
        }
        // One sample older than the window is kept, to measure from.
        while samples.count > 2, samples[1].at <= at - Self.window { samples.removeFirst() }
    }

    /// Counts a second.
    package var perSecond: Double {
        guard let first = samples.first, let last = samples.last, last.at > first.at else { return 0 }
        return Double(last.count - first.count) * 1_000 / Double(last.at - first.at)
    }
}
