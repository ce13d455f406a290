internal import ArgumentParser
internal import Ingestion

/// `tidemark start NAME`.
struct StartCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a cycle from the beginning of the source.",
        discussion: """
            A cycle that goes on is ended first; nothing is removed by it. A burst that runs meanwhile fails on its fence.

            EXAMPLES
              tidemark start github            read the source from its beginning
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        try await operations.start(provider.name)
        return outcome("\(provider.name): a new cycle starts now.")
    }
}
