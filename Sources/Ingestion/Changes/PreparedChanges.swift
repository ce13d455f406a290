internal import Catalog

/// What a feed told, checked, annotated and digested, not yet applied.
struct PreparedChanges: Sendable {
    /// One record: what it makes now, and what of that has yet to be sent.
    struct Record: Sendable {
        let id: String
        /// All refs that it makes now.
        var refs: Set<EntityRef> = []
        /// Entities that have yet to be sent.
        var entities: [Entity] = []
        /// Whether all that it makes is known: an entity that was rejected may be any of those that it made before.
        var isWhole = true
    }

    var records: [Record] = []
    var rejected: [EntityRejection] = []
    /// Every ref that is added: none of them is removed, whichever record made it before.
    var added: Set<EntityRef> = []
    /// The point up to which this tells, as canonical JSON.
    var cursor: [UInt8]

    init(_ changes: Changes, since: [UInt8], of provider: Provider) throws(SourceError) {
        cursor = try Self.cursor(changes.cursor, of: provider)
        guard !changes.hasMore || cursor != since else {
            throw SourceError(
                .invalidPage,
                "the feed has more to tell from the point that it was asked from: it does not move on"
            )
        }
        // Of one record the last word counts, and of two that make one entity the last one has it.
        var positions: [String: Int] = [:]
        var makers: [EntityRef: Int] = [:]
        var normalizer = EntityNormalizer(of: provider)
        for change in changes.changed {
            try Self.check(id: change.id)
            var record = Record(id: change.id)
            var entities = UniqueEntities()
            for text in change.entities {
                do throws(EntityRejection) {
                    entities.append(try normalizer.normalize(text, hiding: provider.secrets))
                } catch {
                    rejected.append(error)
                    record.isWhole = false
                }
            }
            record.entities = entities.all
            if let earlier = positions[change.id] { records[earlier] = Record(id: change.id, isWhole: false) }
            positions[change.id] = records.count
            for entity in record.entities {
                if let other = makers.updateValue(records.count, forKey: entity.ref), other < records.count {
                    records[other].entities.removeAll { $0.ref == entity.ref }
                }
            }
            records.append(record)
        }
        for id in Set(changes.removed).subtracting(positions.keys).sorted() {
            try Self.check(id: id)
            records.append(Record(id: id))
        }
        for index in records.indices {
            records[index].refs = Set(records[index].entities.map(\.ref))
            added.formUnion(records[index].refs)
        }
    }

    /// A point, once it is known that it can be stored and read again.
    static func cursor(_ value: JSON, of provider: Provider) throws(SourceError) -> [UInt8] {
        let cursor = value.bytes
        guard cursor.count <= PreparedPage.longestCursor else {
            throw SourceError(
                .limitExceeded,
                "the feed names a point of \(cursor.count) bytes; \(PreparedPage.longestCursor) are allowed"
            )
        }
        do throws(JSONError) { _ = try JSON(parsing: cursor) } catch {
            throw SourceError(.invalidPage, "the feed names a point that could not be read again: \(error)")
        }
        guard !provider.secrets.isToken(in: cursor) else {
            throw SourceError(.invalidPage, "the feed names a point with a secret of the configuration in it")
        }
        return cursor
    }

    /// An id that Redis can keep.
    static func check(id: String) throws(SourceError) {
        guard (1...longestID).contains(id.utf8.count) else {
            throw SourceError(
                .invalidPage,
                "a record has an id of \(id.utf8.count) bytes; 1 to \(longestID) are allowed"
            )
        }
    }

    static let longestID = 1_024
}
