package import Catalog
package import Ingestion

extension RejectedEntity {
    /// When it was rejected, in milliseconds since 1970: an entry's id begins with the time of Redis.
    package var time: Int64? { Int64(id.prefix { $0 != "-" }) }

    /// Everything, under stable names.
    package var json: JSON {
        [
            "id": .string(id), "at": time.map { .string(Timestamp.text(milliseconds: $0)) } ?? .null,
            "generation": .integer(generation), "entityRef": entityRef.map(JSON.string) ?? .null,
            "reason": .string(reason), "entity": .string(entity),
        ]
    }
}
