internal import ArgumentParser
internal import Ingestion

/// `tidemark trigger NAME`.
struct TriggerCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "Make what a provider waits for due now.",
        discussion: """
            Ends a rest, a pause between bursts or a backoff: the job that waits is run at once. A cycle that goes on is
            not disturbed.

            EXAMPLES
              tidemark trigger github          run the next cycle now, in place of tomorrow
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        let jobs = try await operations.trigger(provider.name)
        return outcome(
            jobs > 0
                ? "\(provider.name): \(Figures.count(jobs, "job")) made due now."
                : "\(provider.name): nothing waits; it works already."
        )
    }
}
