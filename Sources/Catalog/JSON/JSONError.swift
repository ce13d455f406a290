/// Why a text is not JSON that this package takes.
///
/// The description quotes none of the text: a page can hold what must not reach a log.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault this is.
    public enum Code: String, Sendable {
        /// Not well-formed: a missing comma, a stray character, a second value after the first.
        case syntax
        /// A malformed string: an unknown escape, half of a surrogate pair, a raw control character, no end.
        case string
        /// A malformed number, or one that fits neither 64 bits nor a finite double.
        case number
        /// The bytes are not UTF-8.
        case encoding
        /// Nested deeper than the limit.
        case depth
        /// Longer than the limit.
        case size
        /// Nothing but white space.
        case empty
        /// No memory left to read it.
        case memory
    }

    /// What kind of fault this is.
    public let code: Code
    /// What is wrong and what would be right.
    public let message: String
    /// Where, in bytes from the start; nil when the fault has no single place.
    public let offset: Int?

    init(_ code: Code, _ message: String, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    public var description: String {
        offset.map { "\(message), at byte \($0)" } ?? message
    }
}
