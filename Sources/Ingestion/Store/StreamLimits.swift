/// When a provider is throttled, so that consumers set the pace.
public struct StreamLimits: Sendable {
    /// How many entries the slowest consumer group may be behind. 1,000 by default.
    public var maxPending: Int
    /// How many entries the stream may hold, read or not. 10,000 by default; less than 2 counts as 2, since the
    /// last entry that all consumers have stays.
    public var maxLength: Int

    /// Limits in entries; one holds at most 500 entities and 1 MiB.
    public init(maxPending: Int = 1_000, maxLength: Int = 10_000) {
        self.maxPending = maxPending
        self.maxLength = maxLength
    }

    /// With less, bursts would be delayed for ever: trimming leaves one entry.
    package static let leastLength = 2
}
