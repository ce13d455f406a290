internal import Catalog
internal import Ingestion

/// All that the configuration file says, checked.
struct Configuration: Sendable {
    /// The file as the user named it.
    var file = ""
    /// The folder of the file.
    var directory = ""
    var redis = RedisSection()
    /// What `worker` and `stream` say.
    var worker = WorkerSettings()
    var consumer = ConsumerSection()
    /// Where HTTP is served; nil unless given.
    var http: HTTPSection?
    var log = LogSection()
    /// Where spans are sent; nil unless given.
    var tracing: TracingSection?
    /// Where the private Redis and the catalog keep their files.
    var dataDirectory: String?
    var providers: [ProviderSection] = []
    /// What works, but should be mended.
    var warnings: [ConfigurationProblem] = []
    /// Every secret that the file uses, for the log to leave out.
    var secrets: [String] = []
    /// Those of them that may not even stand in an entity.
    var tokens: [String] = []

    static let schema = Schema.record(
        { Configuration() },
        [
            Field("redis", RedisSection.schema, \.redis, "Where Redis is and how it is laid out."),
            Field("stream", .stream, \.worker.limits, "How far consumers may fall behind before bursts wait."),
            Field("worker", .worker, "How much one process does at a time.") {
                ($0.worker.concurrency, $0.worker.lease) = ($1.concurrency, $1.lease)
            },
            Field("consumer", ConsumerSection.schema, \.consumer, "Who reads the deltas, and into what."),
            Field(
                "http",
                HTTPSection.schema,
                \.http,
                "Where operators and senders of webhooks ask, and who may: `tidemark serve`, and beside other roles."
            ),
            Field("log", LogSection.schema, \.log, "What is logged, and how."),
            Field(
                "tracing",
                TracingSection.schema,
                \.tracing,
                "Where spans are sent, to see what bursts, pages, commits and sweeps do: to a collector of OpenTelemetry."
            ),
            Field(
                "dataDirectory",
                .path,
                default: "tidemark-data",
                \.dataDirectory,
                "Where the private Redis and the catalog keep their files."
            ),
            Field("providers", ProviderSection.mapSchema, required: true, \.providers, "The providers, by name."),
        ],
        check: { configuration in
            configuration.providers.isEmpty
                ? Finding(message: "`providers` names no provider", mend: "add one: its name, and `source` below it")
                : nil
        }
    )
}
