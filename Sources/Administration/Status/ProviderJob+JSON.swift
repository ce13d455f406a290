internal import Catalog
internal import Ingestion

extension ProviderJob {
    /// Everything, under stable names.
    var json: JSON {
        [
            "id": .string(id), "place": .string(place.rawValue), "kind": .string(kind.rawValue),
            "generation": .integer(generation), "pages": .integer(Int64(pages)),
            "attempts": .integer(Int64(attempts)), "cursor": cursor.flatMap { try? JSON(parsing: $0) } ?? .null,
            "error": error.map(JSON.string) ?? .null,
            "dueAt": due.map { .string(Timestamp.text(milliseconds: $0)) } ?? .null,
        ]
    }
}
