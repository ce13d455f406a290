internal import ArgumentParser
internal import Ingestion

/// `tidemark sweep discard NAME`.
struct SweepDiscardCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Drop the held sweep: nothing is removed.",
        discussion: """
            The entities stay known, and the next cycle decides anew.

            EXAMPLES
              tidemark sweep discard github
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        try await operations.discardSweep(provider.name)
        return outcome("\(provider.name): the sweep is dropped; the next cycle decides anew.")
    }
}
