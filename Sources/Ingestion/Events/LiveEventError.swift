/// Why an event was refused. Nothing of it was applied, unless it says so.
public struct LiveEventError: Error, Sendable, CustomStringConvertible {
    /// What kind of refusal this is.
    public enum Code: String, Sendable {
        /// The event is not of the shape that it must have, or contradicts itself.
        case invalid
        /// No provider of that name is configured here, or no worker has made it known in Redis yet.
        case unknownProvider = "unknown-provider"
        /// The provider was purged: only `tidemark start` brings it back.
        case purged
        /// The provider's consumers are behind. Apply the event again after a while, with the same ``LiveEvent/id``; a part
        /// of a large one may have been applied.
        case behind
    }

    /// What kind of refusal this is.
    public let code: Code
    /// What is wrong, where, and what to do; nothing of the event but names.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
