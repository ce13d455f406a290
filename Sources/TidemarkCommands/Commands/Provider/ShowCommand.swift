internal import ArgumentParser
internal import Ingestion

/// `tidemark show NAME`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that Redis says of one provider.",
        discussion: """
            EXAMPLES
              tidemark show github
              tidemark show github --watch
              tidemark show github --json | jq .cycle
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var watch: WatchOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global)
        try await session.withProvider(provider.name) { operations in
            try await watch.show(session.console, asJSON: output.json) {
                ProviderDetail(
                    status: try await operations.status(of: provider.name),
                    dead: try await operations.dead(provider.name),
                    groups: try await operations.groups(of: provider.name),
                    workersRun: try await operations.livingWorkers() > 0
                )
            }
        }
    }
}
