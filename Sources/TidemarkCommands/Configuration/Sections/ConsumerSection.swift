internal import Catalog

/// `consumer`: who reads the deltas, and into what.
struct ConsumerSection: Sendable {
    var group = "catalog"
    /// How long a consumer that died keeps its providers from others.
    var lease = Duration.seconds(15)
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
                "lease",
                .duration(atLeast: .seconds(1)),
                default: "15s",
                \.lease,
                "How long a consumer holds a provider without a sign of life; then another takes it over."
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
