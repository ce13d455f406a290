import Testing

@testable import Redis

@Suite("RedisBackoff")
struct RedisBackoffTests {
    @Test("doubles up to its most, and takes up to a half off")
    func grows() {
        let backoff = RedisBackoff(least: .milliseconds(100), most: .seconds(2))
        var generator = SeededGenerator(seed: 1)
        for (failures, ceiling) in [(0, 100), (1, 200), (2, 400), (4, 1_600), (5, 2_000), (60, 2_000)] {
            for _ in 0..<100 {
                let delay = backoff.delay(afterFailures: failures, using: &generator)
                #expect(delay >= .milliseconds(ceiling / 2) && delay <= .milliseconds(ceiling))
            }
        }
    }

    @Test("two that failed at once do not come back at once")
    func jitters() {
        var generator = SeededGenerator(seed: 1)
        let delays = (0..<50).map { _ in RedisBackoff().delay(afterFailures: 3, using: &generator) }
        #expect(Set(delays).count > 45)
    }
}
