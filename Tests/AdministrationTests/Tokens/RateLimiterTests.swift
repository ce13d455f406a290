import Testing

@testable import Administration

@Suite struct RateLimiterTests {
    private let start = ContinuousClock.now

    @Test("so many at once, then as many as come in with time; each client has its own")
    func bucket() {
        let limiter = RateLimiter(perSecond: 2, burst: 3)
        for _ in 0..<3 { #expect(limiter.take(for: "a", now: start) == nil) }
        #expect(limiter.take(for: "a", now: start) == .milliseconds(500))
        #expect(limiter.take(for: "b", now: start) == nil)
        #expect(limiter.take(for: "a", now: start + .milliseconds(500)) == nil)
        #expect(limiter.take(for: "a", now: start + .milliseconds(500)) != nil)
        for _ in 0..<3 { #expect(limiter.take(for: "a", now: start + .seconds(100)) == nil) }
        #expect(limiter.take(for: "a", now: start + .seconds(100)) != nil)
    }

    @Test(
        "however many clients come, only so many are counted; the others share one bucket, and none of it is for ever"
    )
    func bounded() {
        let limiter = RateLimiter(perSecond: 1, burst: 1, most: 10)
        for client in 0..<10 { #expect(limiter.take(for: "\(client)", now: start) == nil) }
        #expect(limiter.take(for: "one more", now: start) == nil)
        #expect(limiter.take(for: "and another", now: start) != nil)
        #expect(limiter.take(for: "5", now: start) != nil)
        #expect(limiter.take(for: "and another", now: start + .seconds(2)) == nil)
        #expect(limiter.take(for: "a third", now: start + .seconds(2)) == nil)
    }
}
