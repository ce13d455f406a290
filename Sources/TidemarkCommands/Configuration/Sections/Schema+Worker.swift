internal import Catalog
internal import Ingestion

extension Schema where Value == WorkerSettings {
    /// `worker`: how much one process does at a time.
    static var worker: Schema {
        .record(
            { WorkerSettings() },
            [
                Field(
                    "concurrency",
                    .integer(1...1_024),
                    default: 4,
                    \.concurrency,
                    "How many bursts one process runs at a time."
                ),
                Field(
                    "lease",
                    .duration(atLeast: .seconds(1)),
                    default: "30s",
                    \.lease,
                    "For how long a worker holds a job without a sign of life; then another takes it over."
                ),
            ]
        )
    }
}

extension Schema where Value == StreamLimits {
    /// `stream`: how far consumers may fall behind before bursts wait for them.
    static var stream: Schema {
        .record(
            { StreamLimits() },
            [
                Field(
                    "maxPending",
                    .integer(1...100_000_000),
                    default: 1_000,
                    \.maxPending,
                    "Bursts are delayed while the slowest consumer group is more deltas behind than this."
                ),
                Field(
                    "maxLength",
                    .integer(StreamLimits.leastLength...100_000_000),
                    default: 10_000,
                    \.maxLength,
                    "Bursts are delayed while the stream holds more deltas than this."
                ),
            ]
        )
    }
}
