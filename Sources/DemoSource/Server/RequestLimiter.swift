internal import Synchronization

/// Lets so many requests through in each second of a clock, and says how long the others have to wait.
final class RequestLimiter: Sendable {
    private struct Window {
        var start: Duration
        var count = 0
    }

    private let requestsPerSecond: Int
    private let elapsed: @Sendable () -> Duration
    private let window = Mutex(Window(start: .zero))

    /// - Parameter elapsed: the time since some fixed moment.
    init(requestsPerSecond: Int, elapsed: @escaping @Sendable () -> Duration) {
        self.requestsPerSecond = requestsPerSecond
        self.elapsed = elapsed
    }

    /// Counts a request. Nil: it may pass; otherwise the whole seconds after which another may.
    func retryAfter() -> Int? {
        let now = elapsed()
        return window.withLock { window in
            if now - window.start >= .seconds(1) { window = Window(start: now) }
            window.count += 1
            return window.count > requestsPerSecond ? 1 : nil
        }
    }
}
