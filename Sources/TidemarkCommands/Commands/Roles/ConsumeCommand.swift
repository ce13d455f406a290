internal import ArgumentParser
internal import CatalogConsumer
internal import Logging
internal import ServiceLifecycle

/// `tidemark consume`.
struct ConsumeCommand: AsyncParsableCommand {
    /// Where the deltas go.
    enum SinkName: String, ExpressibleByArgument, CaseIterable {
        case sqlite
        case jsonl
    }

    static let configuration = CommandConfiguration(
        commandName: "consume",
        abstract: "Run a consumer: it keeps a catalog, or prints deltas.",
        discussion: """
            Consumers with the same group share the providers, one for each; another takes over when it ends. Each group
            reads every delta, and bursts wait for the slowest: a group that nobody consumes any more must be removed.

            EXAMPLES
              tidemark consume -c tidemark.yaml
              tidemark consume --sink jsonl --group audit | jq -c '.added[].entity.metadata.name'
            """
    )

    @Option(help: "sqlite: a catalog in a file; jsonl: one delta a line on standard output.")
    var sink = SinkName.sqlite
    @Option(help: "The consumer group (default: consumer.group for sqlite, `json-lines` for jsonl).")
    var group: String?
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global, level: .info)
        let deployment = Deployment(session, on: try session.redisConfiguration())
        let consumer: CatalogConsumer
        switch sink {
        case .sqlite: consumer = deployment.consumer(into: try SQLiteSink(path: session.catalogPath()), group: group)
        case .jsonl: consumer = deployment.consumer(into: JSONLinesSink(), group: group ?? "json-lines")
        }
        try await StopSignals.caught(screen: session.console.screen, logger: session.logger) { stop in
            try await session.placing {
                try await deployment.run(
                    [deployment.admission, .init(service: consumer, serviceName: "consumer")],
                    until: stop
                )
            }
        }
    }
}
