internal import NIOHTTP1

/// What a response says about when to come back.
struct RateLimit: Equatable {
    /// True if the source says that no request is left.
    var isExhausted: Bool
    /// How long to wait, from `Retry-After`, or from the reset time when no request is left.
    var retryAfter: Duration?

    /// - Parameter now: this machine's time, in seconds since 1970; what counts is the response's own `Date`, if it has one.
    init(_ headers: HTTPHeaders, now: Int64) {
        let now = headers.first(name: "date").flatMap(HTTPDate.seconds) ?? now
        let structured = headers.first(name: "ratelimit").map(RateLimit.structuredFields) ?? [:]
        let remaining =
            RateLimit.number(headers, ["x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining"])
            ?? structured["r"] ?? structured["remaining"]
        isExhausted = remaining.map { $0 <= 0 } ?? false
        if let value = headers.first(name: "retry-after") {
            retryAfter = RateLimit.delay(value, now: now)
        }
        if retryAfter == nil, isExhausted {
            let names = ["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"]
            let field = names.lazy.compactMap { headers.first(name: $0) }.first
            retryAfter =
                field.flatMap { RateLimit.delay($0, now: now) }
                ?? (structured["t"] ?? structured["reset"]).map { RateLimit.bounded($0) }
        }
    }

    /// Seconds from now, seconds or milliseconds since 1970, or an HTTP date: each is in use.
    private static func delay(_ value: String, now: Int64) -> Duration? {
        let value = value.trimmingWhitespace
        if let date = HTTPDate.seconds(value) { return bounded(Double(date - now)) }
        guard let number = Double(value), number.isFinite, number >= 0 else { return nil }
        return switch number {
        case ..<1e9: bounded(number)
        case ..<1e12: bounded(number - Double(now))
        default: bounded(number / 1000 - Double(now))
        }
    }

    /// At least nothing, at most 30 days: more is a mistake, and must not overflow.
    private static func bounded(_ seconds: Double) -> Duration {
        .milliseconds(Int64(min(max(seconds, 0), 30 * 86400) * 1000))
    }

    private static func number(_ headers: HTTPHeaders, _ names: [String]) -> Double? {
        names.lazy.compactMap { headers.first(name: $0) }.first.flatMap { Double($0.trimmingWhitespace) }
    }

    /// `"default";r=0;t=30` or `limit=100, remaining=0, reset=30`, as drafts of the `RateLimit` header had it.
    private static func structuredFields(_ value: String) -> [String: Double] {
        var fields: [String: Double] = [:]
        for part in value.split(whereSeparator: { ";, ".contains($0) }) {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2, let number = Double(pair[1]) { fields[pair[0].lowercased()] = number }
        }
        return fields
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        String(trimmingPrefix { $0.isWhitespace }.reversed().trimmingPrefix { $0.isWhitespace }.reversed())
    }
}

extension HTTPAnswer {
    /// Whether it says that there were too many requests, rather than what is wrong with this one.
    func asksForFewer(_ limit: RateLimit) -> Bool {
        switch status.code {
        case 429: true
        case 503: limit.retryAfter != nil
        // GitHub's secondary limits may say so in the text alone.
        case 403: limit.isExhausted || limit.retryAfter != nil || saysRateLimit
        default: false
        }
    }

    private var saysRateLimit: Bool {
        String(decoding: body.prefix(2_000), as: UTF8.self).lowercased().contains("rate limit")
    }
}
