package import Catalog

/// A page whose entities were checked, annotated and digested, not yet committed.
package struct PreparedPage: Sendable {
    package var entities: [Entity]
    package var rejected: [EntityRejection]
    /// How many entities gave way to a later one of the same ref.
    package var duplicates: Int
    /// Where the chain goes on, as values for the source and as canonical JSON for Redis.
    package var next: [JSON]
    var cursors: [[UInt8]]
    /// The provider's event sequence before the page was read.
    var events: Int64

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
        self.events = events
        rejected = []
        var normalizer = EntityNormalizer(of: provider)
        var unique = UniqueEntities()
        unique.reserveCapacity(page.entities.count)
        for text in page.entities {
            do {
                unique.append(try normalizer.normalize(text, hiding: provider.secrets))
            } catch {
                rejected.append(error)
            }
        }
        (entities, duplicates) = (unique.all, unique.duplicates)
    }

    static let mostChains = 1_000
    /// Bytes of one cursor, and of all cursors of a page.
    package static let longestCursor = 256 << 10
    static let mostCursorBytes = 8 << 20
}
