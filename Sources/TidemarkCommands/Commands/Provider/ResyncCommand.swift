internal import ArgumentParser
internal import Ingestion

/// `tidemark resync NAME`.
struct ResyncCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "resync",
        abstract: "Publish everything again, by a cycle that begins now.",
        discussion: """
            Forgets which bodies were published: every entity that the source lists is published once more, unchanged ones
            too. A cycle that goes on starts over. Consumers have this done themselves if they miss entries; it is for a
            catalog that lost entities without knowing it.

            EXAMPLES
              tidemark resync github
            """
    )

    @OptionGroup var provider: ProviderArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        try await operations.resync(provider.name)
        return outcome(
            "\(provider.name): each entity is published again as the source lists it, by a cycle that begins now. A paused, "
                + "cancelled or purged provider waits for that."
        )
    }
}
