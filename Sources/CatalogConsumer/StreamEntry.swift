public import Catalog

/// A delta, and the id under which it stands in its provider's stream.
public struct StreamEntry: Sendable {
    /// Its place in the stream.
    public let id: StreamEntryID
    /// What it says.
    public let delta: Delta

    /// An entry from its parts, as tests of a sink need it.
    public init(id: StreamEntryID, delta: Delta) {
        self.id = id
        self.delta = delta
    }
}
