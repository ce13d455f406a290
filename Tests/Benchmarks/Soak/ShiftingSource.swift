internal import Catalog
internal import Ingestion
internal import Synchronization

/// A source of a fixed size, a part of which is gone, new or changed with each revision; what else a long life brings comes
/// with it: an entity that is invalid, and a chain that fails until it is given up.
final class ShiftingSource: EntitySource {
    let entities: Int
    private let pageSize: Int
    /// Each revision, one entity in so many is gone, one is new, one has another body.
    private let share: Int
    private let revision = Mutex(0)

    init(entities: Int, pageSize: Int, share: Int) {
        (self.entities, self.pageSize, self.share) = (entities, pageSize, share)
    }

    /// From now on, as the source is after so many changes.
    func change(to revision: Int) { self.revision.withLock { $0 = revision } }

    func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    func page(at cursor: JSON?, using client: Void) async throws -> Page {
        let revision = revision.withLock { $0 }
        guard let cursor else {
            return Page(entities: [], next: [["chain": "entities", "offset": 0], ["chain": "odd", "offset": 0]])
        }
        if cursor["chain"]?.string == "odd" {
            if revision % 10 == 5 { throw SourceError(.unavailable, "this chain fails in revision \(revision)") }
            return Page(entities: [JSONText(.object(["kind": "Component", "revision": .integer(Int64(revision))]))])
        }
        let offset = Int(cursor["offset"]?.integer ?? 0)
        let end = min(offset + pageSize, entities)
        let first = revision * (entities / share)
        let texts = (first + offset..<first + end).map { number in
            GeneratedEntities.text(number, revision: Self.revision(of: number, at: revision, share: share))
        }
        return Page(
            entities: texts,
            next: end < entities ? [["chain": "entities", "offset": .integer(Int64(end))]] : []
        )
    }

    /// The last revision in which the entity of this number changed.
    private static func revision(of number: Int, at revision: Int, share: Int) -> Int {
        max(0, revision - ((revision - number) % share + share) % share)
    }
}
