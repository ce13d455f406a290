/// Why a sink could not store or read.
public struct SinkError: Error, Sendable {
    /// What a consumer does about it.
    public enum Code: Sendable, Hashable {
        /// It may pass: the same entries are tried again after a pause.
        case failed
        /// The store is of another kind or of a newer version: nothing in it was touched.
        case unusable
        /// Nothing can be stored any more: the consumer ends.
        case closed
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, where, and what to do about it.
    public let message: String
    /// What the store said.
    public let underlying: (any Error)?

    /// An error from its parts.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }
}

extension SinkError: CustomStringConvertible {
    public var description: String { message }
}

extension SinkError: CustomDebugStringConvertible {
    public var debugDescription: String {
        let cause = underlying.map { ", underlying: \(String(reflecting: $0))" } ?? ""
        return "SinkError(\(code): \(message)\(cause))"
    }
}
