/// The names of a provider's keys in its lane.
package struct ProviderKeys: Sendable, Hashable {
    package let hash: String

    package var waiting: String { hash + ":waiting" }
    /// Which workers have the provider, and by which plan: `PLAN WORKER`, by the last sign of life.
    package var workers: String { hash + ":workers" }
    package var digests: String { hash + ":digests" }
    /// Refs that the last whole cycle missed, where a ref is removed after two misses.
    package var missed: String { hash + ":missed" }
    package var touched: String { hash + ":touched" }
    package var rejected: String { hash + ":rejected" }
    package var feed: String { hash + ":feed" }
    package var ids: String { hash + ":ids" }
    package var owners: String { hash + ":owners" }
    package var deliveries: String { hash + ":deliveries" }
    package var history: String { hash + ":history" }
    package var deltas: String { hash + ":deltas" }
    /// What is kept of the pages of this cycle, and of the one before, that the source can say are as they were.
    package var validators: String { hash + ":validators" }
    package var validatorsBefore: String { hash + ":validators-before" }

    package func seen(_ generation: Int64) -> String { "\(hash):seen:\(generation)" }
}
