internal import ArgumentParser
internal import Ingestion

/// `tidemark sweep approve NAME`.
struct SweepApproveCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Remove what the held sweep lists.",
        discussion: """
            The guard is not asked again for this sweep: what is unmarked when it runs is removed.

            EXAMPLES
              tidemark sweep approve github
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        try await operations.approveSweep(provider.name)
        return outcome("\(provider.name): the sweep runs now; what is not marked is removed.")
    }
}
