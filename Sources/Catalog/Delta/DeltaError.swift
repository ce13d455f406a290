/// Why an entry of the delta stream cannot be read.
public struct DeltaError: Error, Sendable, CustomStringConvertible {
    /// The field of the entry at fault.
    public let field: String
    /// What was found there, and what would be right.
    public let message: String

    init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    public var description: String { "field \(field) of a delta: \(message)" }
}
