import Testing

@testable import CatalogConsumer

@Suite struct BackoffTests {
    private struct Fixed: RandomNumberGenerator {
        let value: UInt64
        mutating func next() -> UInt64 { value }
    }

    @Test func pausesDoubleUpToAMinute() {
        var random = Fixed(value: .max)
        var backoff = Backoff()
        let pauses = (0..<9).map { _ in backoff.next(using: &random) }
        for (pause, expected) in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
            #expect(abs(pause / .seconds(1) - Double(expected)) < 0.01)
        }
    }

    @Test func jitterTakesAwayHalfAtMost() {
        var random = Fixed(value: 0)
        var backoff = Backoff()
        #expect(backoff.next(using: &random) == .milliseconds(500))
    }

    @Test func afterProgressItBeginsAnew() {
        var random = Fixed(value: 0)
        var backoff = Backoff()
        backoff.exhaust()
        #expect(backoff.next(using: &random) == .seconds(30))
        backoff.reset()
        #expect(backoff.next(using: &random) == .milliseconds(500))
    }
}
