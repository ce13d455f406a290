/// How long to wait before the next attempt to connect: doubled each time, and shortened by up to a half at
/// random, so that many workers do not come back at the same moment.
package struct RedisBackoff: Sendable, Hashable {
    package var least: Duration
    package var most: Duration

    package init(least: Duration = .milliseconds(50), most: Duration = .seconds(2)) {
        self.least = least
        self.most = most
    }

    /// - Parameter failures: attempts that failed in a row.
    func delay(
        afterFailures failures: Int,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let ceiling = min(most, least * (1 << min(max(failures, 0), 16)))
        return ceiling * Double.random(in: 0.5...1, using: &generator)
    }
}
