/// What became of the entities that a catalog was given.
public struct CatalogCounts: Sendable, Hashable {
    /// Entities that were not there before.
    public var added = 0
    /// Entities that had another body before.
    public var changed = 0
    /// Entities that came with the body they had.
    public var unchanged = 0
    /// Entities that were there and are gone.
    public var removed = 0

    /// Counts from their parts.
    public init(added: Int = 0, changed: Int = 0, unchanged: Int = 0, removed: Int = 0) {
        self.added = added
        self.changed = changed
        self.unchanged = unchanged
        self.removed = removed
    }
}
