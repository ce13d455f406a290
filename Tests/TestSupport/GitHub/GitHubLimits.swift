/// What the imitated GitHub allows, and what it throws in.
package struct GitHubLimits: Sendable {
    /// Points of GraphQL queries in each ``window``.
    package var points = 5_000
    /// Requests to the REST API in each ``window``.
    package var requests = 5_000
    /// For how many seconds they are: an hour on the real one.
    package var window = 3_600.0
    /// The share of requests that a secondary limit refuses, and for how many seconds it does.
    package var secondaryShare = 0.0
    package var retryAfter = 1...3
    /// The share of requests that are answered by a gateway: 502, and a body of HTML.
    package var badGatewayShare = 0.0
    /// For the choice of what goes wrong.
    package var seed: UInt64 = 1
    /// For how many seconds after an answer that asks to be left alone a request may still arrive that was on its way.
    package var grace = 0.0

    package init() {}
}

/// What was used up, and until when nothing may be asked.
struct GitHubMeter {
    /// The limit of one resource: `core` or `graphql`.
    struct Resource {
        var limit: Int
        var used = 0
        var reset = 0.0
        /// From when until when it asks to be left alone.
        var blocked = 0.0..<0.0

        var remaining: Int { max(0, limit - used) }
    }

    var resources: [String: Resource]
    /// When a secondary limit, which is one for all resources, asks to be left alone.
    private var blocked = 0.0..<0.0
    private let window: Double
    private var generator: Dice

    init(_ limits: GitHubLimits) {
        resources = ["core": Resource(limit: limits.requests), "graphql": Resource(limit: limits.points)]
        window = limits.window
        generator = Dice(state: limits.seed)
    }

    /// When a request for a resource is not to come.
    func blocked(_ name: String) -> Range<Double> {
        let resource = resources[name]?.blocked ?? blocked
        return resource.upperBound > blocked.upperBound ? resource : blocked
    }

    mutating func blockAll(_ range: Range<Double>) {
        if range.upperBound > blocked.upperBound { blocked = range }
    }

    mutating func happens(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    /// Begins another window where one is over.
    mutating func refresh(_ name: String, at now: Double) {
        guard let resource = resources[name], now >= resource.reset else { return }
        resources[name]?.used = 0
        resources[name]?.reset = (now + window).rounded(.up)
    }

    /// Counts what a request costs.
    ///
    /// - Returns: false if that is more than is left.
    mutating func use(_ cost: Int, of name: String, at now: Double) -> Bool {
        guard var resource = resources[name] else { return true }
        let isAllowed = cost <= resource.remaining
        resource.used = isAllowed ? resource.used + cost : resource.limit
        // An answer that leaves nothing asks to be left alone, as a refusal does.
        if resource.remaining == 0 { resource.blocked = now..<resource.reset }
        resources[name] = resource
        return isAllowed
    }

    func headers(_ name: String) -> [(String, String)] {
        guard let resource = resources[name] else { return [] }
        return [
            ("X-RateLimit-Limit", "\(resource.limit)"), ("X-RateLimit-Remaining", "\(resource.remaining)"),
            ("X-RateLimit-Used", "\(resource.used)"), ("X-RateLimit-Reset", "\(Int(resource.reset))"),
            ("X-RateLimit-Resource", name),
        ]
    }

    /// SplitMix64: the same numbers for the same seed, on every machine.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }
}
