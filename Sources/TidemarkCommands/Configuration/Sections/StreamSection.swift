internal import Catalog

/// `stream`: how far consumers may fall behind before bursts wait for them.
struct StreamSection: Sendable {
    var maxPending: Int?
    var maxLength: Int?

    static let schema = Schema.record(
        { StreamSection() },
        [
            Field(
                "maxPending",
                .integer(1...100_000_000),
                \.maxPending,
                "Bursts are delayed while the slowest consumer group lags more deltas than this."
            ),
            Field(
                "maxLength",
                .integer(1...100_000_000),
                \.maxLength,
                "Bursts are delayed while the stream holds more deltas than this."
            ),
        ]
    )
}
