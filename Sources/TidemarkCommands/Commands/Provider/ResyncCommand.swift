internal import ArgumentParser
internal import Ingestion

/// `tidemark resync NAME`.
struct ResyncCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "resync",
        abstract: "Publish everything again in the next cycle.",
        discussion: """
            Forgets which bodies were published. For a catalog that lost entities, or a new consumer: every entity that
            the source lists is published once more, unchanged ones too.

            EXAMPLES
              tidemark resync github && tidemark start github
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        try await operations.resync(provider.name)
        return outcome(
            "\(provider.name): each entity is published again as the source lists it; `tidemark start "
                + "\(provider.name)` begins now."
        )
    }
}
