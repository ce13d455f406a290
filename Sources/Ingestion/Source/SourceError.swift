/// Why a source could not give a page, in the terms that the engine acts on.
///
/// The description never contains a credential; it is stored in Redis and shown to people.
public struct SourceError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public enum Code: String, Sendable {
        /// The source no longer accepts this cursor (HTTP 410, or what it says means that). The cycle starts over.
        case cursorExpired = "cursor-expired"
        /// The source asked for fewer requests. ``SourceError/retryAfter`` says when to come back.
        case rateLimited = "rate-limited"
        /// The source refused the credentials (HTTP 401 or 403).
        case unauthorized
        /// The answer is not what the configuration describes: not JSON, no records, a wrong type.
        case invalidPage = "invalid-page"
        /// The answer is larger, deeper or longer than the limits allow.
        case limitExceeded = "limit-exceeded"
        /// No whole page within the time limit.
        case timeout
        /// The source could not be reached, or answered with a server error.
        case unavailable
        /// The source refused the request as such (any other HTTP 4xx).
        case refused
        /// A jq expression failed on this page.
        case mappingFailed = "mapping-failed"
        /// The source's program ended, or broke the protocol.
        case exited
    }

    /// What kind of failure this is.
    public var code: Code
    /// What happened, where, and what to do; no credentials.
    public var message: String
    /// How long the source asked to be left alone; overrides the provider's backoff.
    public var retryAfter: Duration?
    /// The error below, for `String(reflecting:)` only.
    public var underlying: (any Error)?

    /// An error of this kind.
    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.underlying = underlying
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
