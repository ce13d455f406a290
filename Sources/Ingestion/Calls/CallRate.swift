/// How often a provider may call its source, over all workers.
public struct CallRate: Sendable, Hashable {
    /// How many calls, at least 1.
    public var calls: Int
    /// In any span of this length.
    public var per: Duration

    /// So many calls in any span of this length.
    ///
    /// A tenth of them may come at once; the others are evenly spread over what is left of the rate, so that no span of
    /// ``per`` has more than ``calls``.
    public init(calls: Int, per: Duration) {
        self.calls = calls
        self.per = per
    }

    /// How many calls may come at once.
    var burst: Int { max(1, calls / 10) }

    /// The time between two calls that are evenly spread, in milliseconds. In a span, what comes at once and what is due
    /// later are together no more than the calls: 1 + (calls - burst) intervals make the span.
    var interval: Double { Double(per.milliseconds) / Double(calls - burst + 1) }
}
