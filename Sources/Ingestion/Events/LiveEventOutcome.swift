public import Catalog

/// What an event came to.
public struct LiveEventOutcome: Sendable, Equatable {
    /// Entities that were published: new, or of another body than before.
    public var published = 0
    /// Entities whose body had been published before.
    public var unchanged = 0
    /// Entities that were known, and whose removal was published.
    public var removed = 0
    /// Entities that were not applied, each with its reason; what is known of them stays.
    public var rejected: [EntityRejection] = []
    /// Whether an event of the same ``LiveEvent/id`` was applied before: then nothing was changed.
    public var isDuplicate = false

    package init() {}
}
