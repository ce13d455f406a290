/// How long a failed job waits.
enum Backoff {
    /// The provider's list, by failures in a row before this one, the last repeating, with a fifth of jitter either way; what
    /// the source asked for overrides it and is never cut short.
    static func pause(
        after attempts: Int,
        of provider: Provider,
        retryAfter: Duration?,
        random: Double = .random(in: 0...1)
    ) -> Duration {
        if let retryAfter { return retryAfter + spread(retryAfter, random: random) }
        guard let last = provider.backoff.last else { return .seconds(60) }
        let pause = attempts < provider.backoff.count ? provider.backoff[attempts] : last
        return pause * (0.8 + 0.4 * random)
    }

    /// How much longer than a time that all chains wait for one of them waits, so that they do not come back together: up
    /// to a tenth of it, at least a second and at most a minute.
    static func spread(_ wait: Duration, random: Double = .random(in: 0...1)) -> Duration {
        min(max(wait / 10, .seconds(1)), .seconds(60)) * random
    }
}
