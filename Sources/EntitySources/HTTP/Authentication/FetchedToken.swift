/// An access token that was given out for a time.
struct FetchedToken: Sendable, Hashable {
    var value: String
    /// When it is no longer used, in seconds since 1970 by this machine's clock: shortly before it expires. Nil for one that
    /// is used until the source refuses it.
    var usedUntil: Int64?

    /// - Parameters:
    ///   - lifetime: for how many seconds it is valid; nil where its issuer does not say.
    ///   - now: when it was asked for.
    init(_ value: String, lifetime: Int64?, now: Int64) {
        self.value = value
        // A request takes a while, and clocks differ; but a token of a few seconds must be of use too.
        usedUntil = lifetime.map { now + $0 - min(Self.margin, $0 / 10) }
    }

    private static let margin: Int64 = 60
}

/// Gives out access tokens.
protocol TokenIssuer: Sendable {
    /// A new token.
    func issue() async throws -> FetchedToken
}
