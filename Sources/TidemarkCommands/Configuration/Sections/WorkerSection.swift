internal import Catalog

/// `worker`: how much one process does at a time.
struct WorkerSection: Sendable {
    var concurrency: Int?
    var lease: Duration?

    static let schema = Schema.record(
        { WorkerSection() },
        [
            Field("concurrency", .integer(1...1_024), \.concurrency, "How many bursts one process runs at a time."),
            Field(
                "lease",
                .duration(atLeast: .seconds(1)),
                \.lease,
                "For how long a worker holds a job without renewing; a dead worker's job is taken over after it."
            ),
        ]
    )
}
