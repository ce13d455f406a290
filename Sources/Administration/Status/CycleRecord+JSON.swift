package import Catalog
package import Ingestion

extension CycleRecord {
    /// Everything, under stable names.
    package var json: JSON {
        func count(_ number: Int) -> JSON { .integer(Int64(number)) }
        return [
            "generation": .integer(generation), "outcome": outcome.map { .string($0.rawValue) } ?? .null,
            "reason": .string(reason), "startedAt": .string(Timestamp.text(milliseconds: started)),
            "endedAt": .string(Timestamp.text(milliseconds: ended)), "pages": count(counts.pages),
            "marked": count(counts.marked), "added": count(counts.added), "changed": count(counts.changed),
            "unchanged": count(counts.unchanged), "removed": count(counts.removed),
            "rejected": count(counts.rejected), "duplicates": count(counts.duplicates),
            "unmodifiedPages": count(counts.unmodified), "totalsFallen": count(counts.shrunk),
            "knownAtStart": count(known),
        ]
    }
}
