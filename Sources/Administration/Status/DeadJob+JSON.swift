package import Catalog
package import Ingestion

extension DeadJob {
    /// Everything, under stable names.
    package var json: JSON {
        [
            "id": .string(id), "provider": .string(provider), "generation": .integer(generation),
            "cursor": cursor.flatMap { try? JSON(parsing: $0) } ?? .null, "attempts": .integer(Int64(attempts)),
            "deliveries": .integer(Int64(deliveries)), "error": error.map(JSON.string) ?? .null,
        ]
    }
}
