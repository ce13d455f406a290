/// A source's configuration that cannot work, found before anything is read.
public struct SourceConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where in the source's configuration, as a path of its keys: `entity`, `pagination.cursor.next`, `query.since`.
    public var field: String
    /// What is wrong and how to mend it; no credentials.
    public var message: String
    /// The line within the value of `field`, from 1, where that is known (a jq expression of several lines).
    public var line: Int?

    /// An error at a field of the configuration.
    public init(field: String, message: String, line: Int? = nil) {
        self.field = field
        self.message = message
        self.line = line
    }

    public var description: String {
        line.map { "\(field), line \($0): \(message)" } ?? "\(field): \(message)"
    }
}
