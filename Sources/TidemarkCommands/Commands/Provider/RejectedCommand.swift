internal import ArgumentParser
internal import Ingestion

/// `tidemark rejected NAME`.
struct RejectedCommand: ProviderListing {
    static let configuration = CommandConfiguration(
        commandName: "rejected",
        abstract: "List the entities that failed validation, and why.",
        discussion: """
            The newest first. A rejected entity is not published; one that is known already stays as it was.

            EXAMPLES
              tidemark rejected github
              tidemark rejected github --limit 500 --json | jq -r '.[].reason' | sort | uniq -c
            """
    )

    @OptionGroup var provider: ProviderArgument
    @Option(help: "How many to list at most.")
    var limit = 50
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func list(_ operations: Operations, most: Int) async throws -> RejectedList {
        RejectedList(
            provider: provider.name,
            entities: try await operations.rejected(provider.name, most: most),
            now: try await operations.status(of: provider.name).at
        )
    }
}
