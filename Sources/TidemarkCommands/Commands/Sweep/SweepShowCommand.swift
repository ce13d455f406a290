internal import ArgumentParser
internal import Ingestion

/// `tidemark sweep show NAME`.
struct SweepShowCommand: ProviderListing {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List what a sweep would remove now.",
        discussion: """
            EXAMPLES
              tidemark sweep show github
              tidemark sweep show github --limit 100000 --json | jq -r '.entityRefs[]'
            """
    )

    @OptionGroup var provider: ProviderArgument
    @Option(help: "How many refs to list at most.")
    var limit = 100
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func list(_ operations: Operations, most: Int) async throws -> SweepListing {
        SweepListing(
            status: try await operations.status(of: provider.name),
            refs: try await operations.unmarked(provider.name, most: most)
        )
    }
}
