import TestSupport
import Testing

@testable import Ingestion

@Suite struct BackoffTests {
    private func pause(after attempts: Int, retryAfter: Duration? = nil, random: Double) -> Duration {
        var provider = Provider(name: "test", source: TestSource(names: [String]()))
        provider.backoff = [.seconds(10), .seconds(100)]
        return Backoff.pause(after: attempts, of: provider, retryAfter: retryAfter, random: random)
    }

    @Test(
        "the list is followed and its last value repeats, with a fifth of jitter either way",
        arguments: [(0, 10.0), (1, 100.0), (2, 100.0), (50, 100.0)]
    )
    func list(attempts: Int, seconds: Double) {
        #expect(pause(after: attempts, random: 0.5) == .seconds(seconds))
        #expect(abs((pause(after: attempts, random: 0) - .seconds(seconds * 0.8)) / .milliseconds(1)) < 1)
        #expect(abs((pause(after: attempts, random: 1) - .seconds(seconds * 1.2)) / .milliseconds(1)) < 1)
    }

    @Test("what the source asks for is never cut short", arguments: [0.0, 0.5, 1.0])
    func retryAfter(random: Double) {
        #expect(pause(after: 0, retryAfter: .seconds(7), random: random) >= .seconds(7))
    }

    @Test("chains that wait for one time come back in the second after it at the least, in the minute at the most")
    func spread() {
        #expect(Backoff.spread(.zero, random: 1) == .seconds(1))
        #expect(Backoff.spread(.seconds(100), random: 0.5) == .seconds(5))
        #expect(Backoff.spread(.seconds(86_400), random: 1) == .seconds(60))
        #expect(Backoff.spread(.seconds(100), random: 0) == .zero)
    }
}
