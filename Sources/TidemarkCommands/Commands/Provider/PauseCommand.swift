internal import ArgumentParser
internal import Ingestion

/// `tidemark pause NAME`.
struct PauseCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop a provider where it is.",
        discussion: """
            It keeps its place in the cycle; `tidemark resume` lets it go on from there.

            EXAMPLES
              tidemark pause github            before maintenance of the source
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        let isNew = try await operations.pause(provider.name)
        return outcome(
            isNew
                ? "\(provider.name): paused; `tidemark resume \(provider.name)` lets it go on."
                : "\(provider.name): was paused already."
        )
    }
}
