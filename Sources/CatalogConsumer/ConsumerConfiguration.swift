/// How deltas are consumed.
public struct ConsumerConfiguration: Sendable {
    /// The consumer group: each reads all deltas, at its own pace. Consumers with the same group and equal sinks share the
    /// providers, one consumer for a provider at a time.
    public var group: String
    /// What all of Tidemark's keys begin with.
    public var prefix: String
    /// How long a consumer that died keeps its providers from others. A third of it is what a slow Redis may take.
    public var leaseDuration: Duration
    /// How often providers that are new are looked for.
    public var discoveryInterval: Duration

    /// The defaults, or what differs from them.
    public init(
        group: String = "catalog",
        prefix: String = "tidemark",
        leaseDuration: Duration = .seconds(15),
        discoveryInterval: Duration = .seconds(5)
    ) {
        self.group = group
        self.prefix = prefix
        self.leaseDuration = leaseDuration
        self.discoveryInterval = discoveryInterval
    }
}
