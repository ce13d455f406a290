internal import Synchronization

/// Whether a worker takes jobs: the only proof is that a claim was answered lately.
package final class WorkerHealth: Sendable {
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    package init() {}

    func claimed() {
        last.withLock { $0 = .now }
    }

    /// How long ago Redis answered a claim; nil when it never did.
    package var sinceLastClaim: Duration? {
        last.withLock { $0.map { $0.duration(to: .now) } }
    }
}
