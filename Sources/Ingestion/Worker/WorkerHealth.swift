internal import Synchronization

/// Whether a worker takes jobs: the only proof is that a claim was answered lately, on every lane.
package final class WorkerHealth: Sendable {
    /// What is known of the lane whose last answer is the oldest.
    package struct Silence: Sendable {
        package var lane: Int
        /// How long ago its Redis answered a claim; nil when it never did.
        package var time: Duration?
        /// Why it did not answer the last one; nil when that is not known yet.
        package var error: String?
    }

    private struct Lane {
        var last: ContinuousClock.Instant?
        var error: String?
    }

    /// How many lanes there are.
    package let count: Int
    private let lanes: Mutex<[Lane]>

    package init(lanes: Int = 1) {
        count = lanes
        self.lanes = Mutex(Array(repeating: Lane(), count: lanes))
    }

    func claimed(_ lane: Int = 0) {
        lanes.withLock { $0[lane] = Lane(last: .now) }
    }

    func failed(_ lane: Int, _ error: any Error) {
        lanes.withLock { $0[lane].error = error.ofRedis }
    }

    /// Of the lane that never answered, or else of the one that has not for the longest time.
    package var longestSilence: Silence {
        let lanes = lanes.withLock { $0 }
        let silences = lanes.enumerated().map { number, lane in
            Silence(lane: number, time: lane.last.map { $0.duration(to: .now) }, error: lane.error)
        }
        func isShorter(_ one: Silence, _ other: Silence) -> Bool {
            guard let time = one.time else { return false }
            return other.time.map { time < $0 } ?? true
        }
        return silences.max(by: isShorter) ?? Silence(lane: 0)
    }

    /// How long ago Redis answered a claim, of the lane where that is the longest; nil when it never did on one.
    package var sinceLastClaim: Duration? { longestSilence.time }
}
