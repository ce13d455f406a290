public import Catalog

/// What one read from a cursor gives: entities, and the list of next cursors.
public struct Page: Sendable {
    /// The entities of this page, each the text of one JSON object. They are validated by the engine, one by one.
    public var entities: [JSONText]

    /// Where to go on. None ends the chain, one continues it, several (at most 1,000) fork it.
    ///
    /// An empty page is not the end of a source: only the absence of a cursor is.
    public var next: [JSON]

    /// A page of entities, and the cursors that follow it.
    public init(entities: [JSONText], next: [JSON] = []) {
        self.entities = entities
        self.next = next
    }
}
