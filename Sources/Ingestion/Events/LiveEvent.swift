public import Catalog

/// What somebody other than a cycle says of a provider's entities: some were added or changed, some are gone.
public struct LiveEvent: Sendable {
    /// The entities that were added or changed, each the text of one JSON object. Of two with one ref, the last wins.
    public var added: [JSONText]
    /// The refs of the entities that are gone, `kind:namespace/name` in any case. One that nobody knows changes nothing.
    public var removed: [String]
    /// What tells a repeated event from a new one, such as the id of a webhook's delivery: an event whose id was applied before
    /// changes nothing. 1 to 200 characters of ASCII without blanks. Nil: it is a new one, whatever is in it.
    ///
    /// Ids are kept for three days, of each provider the last 100,000.
    public var id: String?

    /// Whether an event may have this id.
    package static func isValid(id: String) -> Bool {
        (1...200).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    package static let ruleOfIDs = "1 to 200 characters of ASCII without blanks"

    /// Entities added or changed, and refs removed.
    public init(added: [JSONText] = [], removed: [String] = [], id: String? = nil) {
        self.added = added
        self.removed = removed
        self.id = id
    }
}
