internal import ArgumentParser
internal import Ingestion

/// `tidemark status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List all providers, and what each does or waits for.",
        discussion: """
            The counts are those of the current cycle, or of the last one while a provider rests.

            EXAMPLES
              tidemark status
              tidemark status --watch
              tidemark status --json | jq -r '.[] | select(.failures > 0) | .name'
            """
    )

    @OptionGroup var watch: WatchOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global)
        try await session.withStore { store in
            let operations = Operations(store: store)
            try await watch.show(session.console, asJSON: output.json) {
                let workersRun = try await operations.livingWorkers() > 0
                return ProviderList(
                    providers: try await operations.statuses(),
                    workersRun: workersRun,
                    refusal: workersRun ? nil : await operations.refusalOfWrites()
                )
            }
        }
    }
}
