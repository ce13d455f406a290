internal import ArgumentParser
internal import Ingestion

/// `tidemark resume NAME`.
struct ResumeCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused or cancelled provider go on.",
        discussion: """
            A paused one goes on where it was; a cancelled one starts its next cycle.

            EXAMPLES
              tidemark resume github
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        try await operations.resume(provider.name)
        return outcome("\(provider.name): goes on.")
    }
}
