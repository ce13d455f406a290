public import Catalog

/// What one read from a cursor gives: entities, and the list of next cursors.
public struct Page: Sendable {
    /// The entities of this page, each the text of one JSON object. They are validated by the engine, one by one.
    public var entities: [JSONText]

    /// The source's own id of the record that each entity was made from, in the order of ``entities``, such as an entryUUID;
    /// empty when the source has none. 1 to 1,024 bytes each; an empty text for one that has none. Several entities may be of one record.
    ///
    /// Needed where a ``ChangeFeed`` is polled (``Provider/changes``): it names by its id what is gone.
    public var ids: [String]

    /// Where to go on. None ends the chain, one continues it, several (at most 1,000) fork it.
    ///
    /// An empty page is not the end of a source: only the absence of a cursor is.
    public var next: [JSON]

    /// How many records the source says there are in all; nil when it doesn't say. It decides nothing. A total that falls while a
    /// chain is read means that records were deleted meanwhile, and is counted, for a list that is read by position hides others then.
    public var total: Int64?

    /// By what the source knows in a later cycle that the page is as it was, such as an ETag; nil when it cannot tell. It is
    /// given to ``EntitySource/page(at:unless:using:)``, whatever the configuration is by then: what else makes a page what it
    /// is, such as a mapping, belongs in it.
    public var validator: JSON?

    /// A page of entities, and the cursors that follow it.
    public init(entities: [JSONText], ids: [String] = [], next: [JSON] = []) {
        self.entities = entities
        self.ids = ids
        self.next = next
    }
}
