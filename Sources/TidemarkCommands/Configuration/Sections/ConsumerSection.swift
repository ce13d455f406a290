internal import Catalog

/// `consumer`: who reads the deltas, and into what.
struct ConsumerSection: Sendable {
    var group = "catalog"
    /// The SQLite file; in the data directory unless given.
    var sqlite: String?

    static let schema = Schema.record(
        { ConsumerSection() },
        [
            Field(
                "group",
                .nonEmptyString,
                default: "catalog",
                \.group,
                "The consumer group on every provider's stream."
            ),
            Field(
                "sqlite",
                .path,
                \.sqlite,
                "The catalog's SQLite file; `catalog.sqlite` in the data directory unless given."
            ),
        ]
    )
}
