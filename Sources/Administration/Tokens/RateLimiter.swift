internal import Synchronization

/// A token bucket for each client.
final class RateLimiter: Sendable {
    private struct Bucket {
        var level: Double
        var at: ContinuousClock.Instant
    }

    private let perSecond: Double
    private let burst: Double
    private let most: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameters:
    ///   - perSecond: how many are taken in a second, in the long run.
    ///   - burst: how many may come at once.
    ///   - most: of how many clients it keeps count; those beyond share one bucket.
    init(perSecond: Double, burst: Int, most: Int = 10_000) {
        (self.perSecond, self.burst, self.most) = (perSecond, Double(burst), most)
    }

    /// Takes one; nil when there was one, else the time until there is.
    func take(for client: String, now: ContinuousClock.Instant = .now) -> Duration? {
        buckets.withLock { buckets in
            if buckets[client] == nil, buckets.count >= most {
                // Who has not come for long has a full bucket, and needs none.
                buckets = buckets.filter { filled($0.value, at: now) < burst }
            }
            let key = buckets[client] != nil || buckets.count < most ? client : ""
            let level = buckets[key].map { filled($0, at: now) } ?? burst
            buckets[key] = Bucket(level: level >= 1 ? level - 1 : level, at: now)
            return level >= 1 ? nil : .seconds((1 - level) / perSecond)
        }
    }

    private func filled(_ bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
        min(burst, bucket.level + perSecond * (bucket.at.duration(to: now) / .seconds(1)))
    }
}
