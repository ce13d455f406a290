internal import Catalog
internal import Ingestion

extension StreamStatus {
    /// Everything, under stable names.
    var json: JSON {
        [
            "length": .integer(Int64(length)), "firstEntry": firstEntry.map(JSON.string) ?? .null,
            "lastEntry": lastEntry.map(JSON.string) ?? .null,
            "groups": .array(
                groups.map { group in
                    [
                        "name": .string(group.name), "consumers": .integer(Int64(group.consumers)),
                        "pending": .integer(Int64(group.pending)),
                        "lag": group.lag.map { .integer(Int64($0)) } ?? .null,
                        "lastDelivered": .string(group.lastDelivered),
                    ]
                }
            ),
        ]
    }
}
