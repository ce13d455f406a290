internal import Synchronization

/// Time that a test moves: what it says is added to the clock of Redis by every script.
package final class TestTime: Sendable {
    private let offset = Mutex<Int64>(0)

    package init() {}

    /// Milliseconds ahead of Redis.
    package var milliseconds: Int64 { offset.withLock { $0 } }

    package func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        offset.withLock { $0 += seconds * 1_000 + attoseconds / 1_000_000_000_000_000 }
    }
}
