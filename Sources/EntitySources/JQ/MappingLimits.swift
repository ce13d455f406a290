/// What the jq expressions of one page may use.
public struct MappingLimits: Sendable, Hashable {
    /// For all expressions over one page together. Checked between instructions: a single built-in that does not return
    /// (a regular expression that backtracks without end) is not interrupted.
    public var time: Duration = .seconds(10)
    /// How many results all expressions of one page may have.
    public var results = 100_000
    /// The length of all entities of one page, in bytes.
    public var bytes = 128 << 20

    /// The defaults.
    public init() {}
}
