public import Catalog

/// One record that a ``ChangeFeed`` tells of, and the entities that it makes now.
public struct Change: Sendable {
    /// The source's own id of the record, as ``Page/ids`` has it: 1 to 1,024 bytes of UTF-8.
    public var id: String

    /// All entities that the record makes now, each the text of one JSON object; none when the mapping passes it over.
    /// What it made before and makes no more is removed.
    public var entities: [JSONText]

    /// A record that was added or changed.
    public init(id: String, entities: [JSONText]) {
        self.id = id
        self.entities = entities
    }
}

/// What one question to a ``ChangeFeed`` gives. Keep it to a page: it is in memory as a whole.
public struct Changes: Sendable {
    /// The records that were added or changed, the newest last.
    public var changed: [Change]

    /// The ids of the records that are gone. One that is in ``changed`` too is not removed: the source has it.
    public var removed: [String]

    /// The point up to which this tells. The next question asks from here, on whichever replica.
    public var cursor: JSON

    /// Whether there is more to tell by now: the engine asks again at once.
    public var hasMore: Bool

    /// Changes up to the point `cursor`.
    public init(changed: [Change] = [], removed: [String] = [], cursor: JSON, hasMore: Bool = false) {
        self.changed = changed
        self.removed = removed
        self.cursor = cursor
        self.hasMore = hasMore
    }
}
