internal import ArgumentParser
internal import Ingestion

/// `tidemark history NAME`.
struct HistoryCommand: ProviderListing {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List how a provider's last cycles ended.",
        discussion: """
            The newest first, 50 at most. The cycle that goes on is not among them: `tidemark show NAME` has it.

            EXAMPLES
              tidemark history github
              tidemark history github --limit 5 --json | jq -r '.[] | [.generation, .outcome, .pages] | @tsv'
            """
    )

    @OptionGroup var provider: ProviderArgument
    @Option(help: "How many to list at most.")
    var limit = 50
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func list(_ operations: Operations, most: Int) async throws -> HistoryList {
        HistoryList(
            provider: provider.name,
            cycles: try await operations.history(provider.name, most: most),
            now: try await operations.status(of: provider.name).at
        )
    }
}
