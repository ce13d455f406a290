import Synchronization
import Testing

@testable import DemoSource

@Suite("The rate limit")
struct RequestLimiterTests {
    @Test("So many requests pass in a second of the clock, the others are told when to come back")
    func limit() {
        let clock = ManualClock()
        let limiter = RequestLimiter(requestsPerSecond: 2) { clock.elapsed }
        #expect([limiter.retryAfter(), limiter.retryAfter(), limiter.retryAfter()] == [nil, nil, 1])
        clock.advance(by: .milliseconds(999))
        #expect(limiter.retryAfter() == 1)
        clock.advance(by: .milliseconds(1))
        #expect([limiter.retryAfter(), limiter.retryAfter(), limiter.retryAfter()] == [nil, nil, 1])
    }
}

private final class ManualClock: Sendable {
    private let time = Mutex(Duration.zero)

    var elapsed: Duration { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 += duration }
    }
}
