package import Catalog

/// A page whose entities were checked, annotated and digested, not yet committed.
package struct PreparedPage: Sendable {
    package var entities: [Entity]
    package var rejected: [EntityRejection]
    /// From which record of the source each entity was made, where the provider's changes are polled.
    var records: [EntityRef: String]?
    /// How many entities gave way to a later one of the same ref.
    package var duplicates: Int
    /// Where the chain goes on, as values for the source and as canonical JSON for Redis.
    package var next: [JSON]
    var cursors: [[UInt8]]
    /// How many records the source says there are in all.
    var total: Int64?
    /// The provider's event sequence before the page was read.
    var events: Int64
    /// What is kept of it, so that it need not be read again as long as the source says that it is as it was.
    package private(set) var keeping: Keeping?

    /// Prepares a page that was read at `cursor`.
    ///
    /// One entity that is not valid is rejected alone. Of two with one ref, the last wins.
    package init(_ page: Page, at cursor: JSON?, of provider: Provider, events: Int64) throws(SourceError) {
        cursors = page.next.map(\.bytes)
        if let current = cursor?.bytes, cursors.contains(current) {
            throw SourceError(
                .invalidPage,
                "the page names its own cursor as the next: \(String(decoding: current.prefix(200), as: UTF8.self))"
            )
        }
        if page.next.count > Self.mostChains {
            throw SourceError(
                .limitExceeded,
                "the page forks into \(page.next.count) chains; \(Self.mostChains) are allowed"
            )
        }
        guard cursors.reduce(0, { $0 + $1.count }) <= Self.mostCursorBytes else {
            throw SourceError(
                .limitExceeded,
                "the page's next cursors have more than \(Self.mostCursorBytes) bytes together"
            )
        }
        for cursor in cursors {
            guard cursor.count <= Self.longestCursor else {
                throw SourceError(
                    .limitExceeded,
                    "the page names a cursor of \(cursor.count) bytes; \(Self.longestCursor) are allowed"
                )
            }
            do {
                _ = try JSON(parsing: cursor)
            } catch {
                throw SourceError(.invalidPage, "the page names a cursor that could not be read again: \(error)")
            }
            guard !provider.secrets.isToken(in: cursor) else {
                throw SourceError(
                    .invalidPage,
                    "the page names a next cursor or URL with a secret of the configuration in it, which would be stored; "
                        + "an API key that is given as `auth: { query: … }` is left out of it"
                )
            }
        }
        next = page.next
        total = page.total.flatMap { (0...Store.greatestCount).contains($0) ? $0 : nil }
        self.events = events
        rejected = []
        var normalizer = EntityNormalizer(of: provider)
        var unique = UniqueEntities()
        unique.reserveCapacity(page.entities.count)
        records = try Self.records(of: page, provider)
        for (index, text) in page.entities.enumerated() {
            do {
                let entity = try normalizer.normalize(text, hiding: provider.secrets)
                unique.append(entity)
                records?[entity.ref] = page.ids[index]
            } catch {
                rejected.append(error)
            }
        }
        (entities, duplicates) = (unique.all, unique.duplicates)
        keeping = page.validator.flatMap { kept($0, at: cursor, of: provider, hasIDs: !page.ids.isEmpty) }
    }

    /// The page that was kept, with its entities as they were published: its source says that it is as it was.
    init(
        _ kept: KeptPage,
        _ entities: [Entity],
        at cursor: JSON?,
        of provider: Provider,
        events: Int64
    ) throws(SourceError) {
        try self.init(Page(entities: [], next: kept.next), at: cursor, of: provider, events: events)
        self.entities = entities
        keeping = Keeping(page: KeptPage.name(of: cursor))
    }

    /// Whether its entities have no bodies: it was not read again.
    var isAsKept: Bool { keeping != nil && keeping?.record == nil }

    private func kept(_ validator: JSON, at cursor: JSON?, of provider: Provider, hasIDs: Bool) -> Keeping? {
        // All that is published every time needs its bodies, and ids are not kept.
        guard provider.publish == .changed, !hasIDs, let kept = KeptPage(self, validator) else { return nil }
        let record = kept.record(of: provider)
        guard record.count <= KeptPage.longest, !provider.secrets.isToken(in: record) else { return nil }
        return Keeping(page: KeptPage.name(of: cursor), record: record)
    }

    /// Empty, to be filled, where ids are needed; nil where they are not.
    private static func records(of page: Page, _ provider: Provider) throws(SourceError) -> [EntityRef: String]? {
        guard provider.changes != nil else { return nil }
        guard page.ids.count == page.entities.count else {
            throw SourceError(
                .invalidPage,
                "the page has \(page.ids.count) ids for \(page.entities.count) entities: where changes are polled, each has one"
            )
        }
        for id in page.ids where !id.isEmpty { try PreparedChanges.check(id: id) }
        return [:]
    }

    static let mostChains = 1_000
    /// Bytes of one cursor, and of all cursors of a page.
    package static let longestCursor = 256 << 10
    static let mostCursorBytes = 8 << 20
}
