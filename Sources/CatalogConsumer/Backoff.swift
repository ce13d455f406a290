/// Pauses between tries: each about twice as long as the one before, with jitter, so that consumers do not come in step.
struct Backoff {
    static let shortest = Duration.seconds(1)
    static let longest = Duration.seconds(60)

    private var ceiling = Backoff.shortest

    /// Half of the ceiling at least, so that a failing provider is not tried in a tight loop.
    ///
    /// - Parameter jitter: from 0 to 1.
    mutating func next(jitter: Double = .random(in: 0...1)) -> Duration {
        defer { ceiling = min(ceiling * 2, Self.longest) }
        return ceiling * (0.5 + 0.5 * jitter)
    }

    mutating func reset() {
        ceiling = Self.shortest
    }

    /// The next pause is the longest: for what does not pass by itself.
    mutating func exhaust() {
        ceiling = Self.longest
    }
}
