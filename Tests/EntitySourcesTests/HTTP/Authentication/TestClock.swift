import Synchronization

/// Seconds since 1970, as a test says.
final class TestClock: Sendable {
    private let seconds: Mutex<Int64>

    init(_ start: Int64 = 1_700_000_000) {
        seconds = Mutex(start)
    }

    var now: Int64 { seconds.withLock { $0 } }

    func advance(by time: Int64) {
        seconds.withLock { $0 += time }
    }
}
