internal import Catalog
internal import NIOHTTP1

/// `rateLimit { cost remaining resetAt }` in the data of an answer, as GitHub gives it to a query that asks for it.
struct RateLimitBlock: Hashable, Sendable {
    /// What the query cost, and what the next page will.
    let cost: Double
    let remaining: Double
    /// Seconds since 1970.
    let resetAt: Int64

    init?(_ answer: GraphQLAnswer) {
        guard let block = answer.data?["rateLimit"], let remaining = block["remaining"]?.number,
            let resetAt = block["resetAt"]?.string.flatMap(InternetDate.seconds)
        else { return nil }
        (self.remaining, self.resetAt) = (remaining, resetAt)
        cost = block["cost"]?.number ?? 1
    }

    /// Whether another page would cost more than is left.
    var isExhausted: Bool { remaining < max(cost, 1) }

    /// The time until the limit is reset; the server's own clock counts, where the answer has it.
    func wait(_ headers: HTTPHeaders, now: Int64) -> Duration {
        let now = headers.first(name: "date").flatMap(HTTPDate.seconds) ?? now
        return .seconds(min(max(resetAt - now, 0), 30 * 86400))
    }
}
