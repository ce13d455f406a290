package import Catalog
package import Ingestion

extension ProviderStatus {
    /// What a sweep would remove: whether one is held, how many refs are not marked, and some of them.
    package func sweepJSON(_ refs: [String]) -> JSON {
        [
            "provider": .string(name), "generation": .integer(generation),
            "held": held.map { .string($0.reason) } ?? .null, "unmarked": .integer(Int64(known - marked)),
            "known": .integer(Int64(known)), "entityRefs": .array(refs.map(JSON.string)),
        ]
    }
}
