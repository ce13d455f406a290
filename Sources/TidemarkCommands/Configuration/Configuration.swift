internal import Catalog

/// All that the configuration file says, checked.
struct Configuration: Sendable {
    /// The file as the user named it.
    var file = ""
    /// The folder of the file.
    var directory = ""
    var redis = RedisSection()
    var stream = StreamSection()
    var worker = WorkerSection()
    var consumer = ConsumerSection()
    var log = LogSection()
    /// Where the private Redis and the catalog keep their files.
    var dataDirectory: String?
    var providers: [ProviderSection] = []
    /// What works, but should be mended.
    var warnings: [ConfigurationProblem] = []

    static let schema = Schema.record(
        { Configuration() },
        [
            Field("redis", RedisSection.schema, \.redis, "Where Redis is and how it is laid out."),
            Field("stream", StreamSection.schema, \.stream, "How far consumers may fall behind before bursts wait."),
            Field("worker", WorkerSection.schema, \.worker, "How much one process does at a time."),
            Field("consumer", ConsumerSection.schema, \.consumer, "Who reads the deltas, and into what."),
            Field("log", LogSection.schema, \.log, "What is logged, and how."),
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
