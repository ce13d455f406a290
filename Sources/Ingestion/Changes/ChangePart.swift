internal import Catalog

/// What one call of the script applies: at most 500 entities, removals and records each, and 1 MiB of bodies.
struct ChangePart: Sendable {
    /// A record as it was read to be kept, and what is said of it here.
    struct Record: Sendable {
        let id: String
        /// Its refs as Redis keeps them; empty for none.
        let kept: String
        /// Whether an older page may say nothing of it any more.
        let isOver: Bool
    }

    var event = PreparedEvent(added: [], removed: [])
    /// Of each entity added the id of its record.
    var makers: [String] = []
    var records: [Record] = []
    /// How many removals of the answer were not applied yet, those of this part among them.
    var removalsLeft = 0
    /// The point to store, with the last part.
    var cursor: [UInt8]?

    /// The next part of what has yet to be applied; `kept` has the refs of the first records, as Redis keeps them.
    ///
    /// - Returns: the part, and how many records it ends. Of the one after them some entities may be in it already.
    static func next(_ changes: inout PreparedChanges, kept: [String]) -> (part: ChangePart, ended: Int) {
        var part = ChangePart()
        var (size, ended) = (0, 0)
        part.event.rejected = Array(changes.rejected.prefix(mostRejected))
        changes.rejected.removeFirst(part.event.rejected.count)
        for (index, refs) in kept.enumerated() {
            let record = changes.records[index]
            var sent = 0
            for entity in record.entities {
                guard part.event.added.count < Delta.maximumEntities,
                    size == 0 || size + entity.body.count <= Delta.maximumBytes
                else { break }
                size += entity.body.count
                part.event.added.append(entity)
                part.makers.append(record.id)
                sent += 1
            }
            let isSent = sent == record.entities.count
            let gone = isSent && record.isWhole ? removals(of: record, refs, but: changes.added) : []
            let room = Delta.maximumEntities - part.event.removed.count
            part.event.removed += gone.prefix(room)
            changes.records[index].entities.removeFirst(sent)
            part.records.append(Record(id: record.id, kept: refs, isOver: isSent && record.isWhole))
            guard isSent, gone.count <= room else { break }
            ended += 1
        }
        changes.records.removeFirst(ended)
        return (part, ended)
    }

    /// What a record made before and makes no more.
    static func removals(of record: PreparedChanges.Record, _ kept: String, but added: Set<EntityRef>) -> [EntityRef] {
        kept.split(separator: " ").compactMap { try? EntityRef(parsing: String($0)) }
            .filter { !record.refs.contains($0) && !added.contains($0) }
    }

    private static let mostRejected = 250
    /// How many records are looked at for one part, and how many refs are shown of what is held.
    static let mostRecords = 500
}
