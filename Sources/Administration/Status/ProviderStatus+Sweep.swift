package import Catalog
package import Ingestion

extension ProviderStatus {
    /// What a sweep would remove: whether one is held and why, how many refs would go, some of them, and how many were missing
    /// once and stay.
    package func sweepJSON(_ refs: [String]) -> JSON {
        [
            "provider": .string(name), "generation": .integer(generation),
            "held": held.map { .string($0.reason) } ?? .null, "unmarked": .integer(Int64(toBeRemoved)),
            "missingOnce": .integer(Int64(missingOnce)),
            "known": .integer(Int64(known)), "entityRefs": .array(refs.map(JSON.string)),
        ]
    }

    /// How many entities a sweep would remove now; if what a feed of changes told is held, how many that would remove.
    package var toBeRemoved: Int {
        if let held, held.isOfChanges { return held.unmarked }
        return leaving
    }
}
