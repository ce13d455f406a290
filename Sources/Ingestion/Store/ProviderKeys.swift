/// The names of a provider's keys in its lane.
package struct ProviderKeys: Sendable, Hashable {
    package let hash: String

    package var waiting: String { hash + ":waiting" }
    package var digests: String { hash + ":digests" }
    package var touched: String { hash + ":touched" }
    package var rejected: String { hash + ":rejected" }
    package var deliveries: String { hash + ":deliveries" }
    package var deltas: String { hash + ":deltas" }

    package func seen(_ generation: Int64) -> String { "\(hash):seen:\(generation)" }
}
