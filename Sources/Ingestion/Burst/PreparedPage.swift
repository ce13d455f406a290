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
        for cursor in cursors {
            do {
                _ = try JSON(parsing: cursor)
            } catch {
                throw SourceError(.invalidPage, "the page names a cursor that could not be read again: \(error)")
            }
        }
        next = page.next
        self.events = events
        rejected = []
        duplicates = 0
        var normalizer = EntityNormalizer(
            annotations: [provider.annotationKey: provider.name],
            defaultAnnotations: [
                "backstage.io/managed-by-location": provider.managedByLocation,
                "backstage.io/managed-by-origin-location": provider.managedByLocation,
            ]
        )
        var unique: [Entity] = []
        unique.reserveCapacity(page.entities.count)
        var positions: [EntityRef: Int] = Dictionary(minimumCapacity: page.entities.count)
        for text in page.entities {
            do {
                let entity = try normalizer.normalize(text)
                if let earlier = positions.updateValue(unique.count, forKey: entity.ref) {
                    positions[entity.ref] = earlier
                    unique[earlier] = entity
                    duplicates += 1
                } else {
                    unique.append(entity)
                }
            } catch {
                rejected.append(error)
            }
        }
        entities = unique
    }

    static let mostChains = 1_000
}
