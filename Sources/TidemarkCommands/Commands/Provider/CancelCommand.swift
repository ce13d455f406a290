internal import ArgumentParser
internal import Ingestion

/// `tidemark cancel NAME`.
struct CancelCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End the cycle that goes on; the next one comes later.",
        discussion: """
            Takes effect at once, also on a burst that runs. Nothing is removed by a cancelled cycle.

            EXAMPLES
              tidemark cancel github           the next cycle comes in 24 hours
              tidemark cancel github --for 2h  the next cycle comes in two hours
              tidemark resume github           … or now
            """
    )

    @OptionGroup var provider: ProviderArgument

    @Option(name: .customLong("for"), help: "How long until the next cycle: 30m, 24h, 7d.")
    var time = DurationArgument(duration: .seconds(24 * 60 * 60))

    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        try await operations.cancel(provider.name, for: time.duration)
        return outcome(
            "\(provider.name): the cycle is ended; the next one comes in \(DurationText.exact(time.duration)), or with "
                + "`tidemark resume \(provider.name)`."
        )
    }
}
