import Testing

@testable import CatalogConsumer

@Suite struct BackoffTests {
    @Test func pausesDoubleUpToAMinute() {
        var backoff = Backoff()
        let pauses = (0..<9).map { _ in backoff.next(jitter: 1) }
        for (pause, expected) in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
            #expect(abs(pause / .seconds(1) - Double(expected)) < 0.01)
        }
    }

    @Test func jitterTakesAwayHalfAtMost() {
        var backoff = Backoff()
        #expect(backoff.next(jitter: 0) == .milliseconds(500))
    }

    @Test func afterProgressItBeginsAnew() {
        var backoff = Backoff()
        backoff.exhaust()
        #expect(backoff.next(jitter: 0) == .seconds(30))
        backoff.reset()
        #expect(backoff.next(jitter: 0) == .milliseconds(500))
    }
}
