internal import ArgumentParser
internal import Ingestion

/// `tidemark purge NAME`.
struct PurgeCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Forget everything about a provider.",
        discussion: """
            Removes its jobs, its known entities and its digests from Redis, in bounded steps. With --publish, consumers
            are told to remove every entity, also what an earlier purge or a backup has left in a catalog; without,
            catalogs keep what they have. Only `tidemark start` brings the provider back; what its next whole cycle
            does not find then goes from catalogs.

            EXAMPLES
              tidemark purge github --publish  remove its entities from every catalog, too
            """
    )

    @OptionGroup var provider: ProviderArgument

    @Flag(help: "Publish the removal of every entity.")
    var publish = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        let before = try await operations.status(of: provider.name)
        let screen = session.console.screen
        try await operations.purge(
            provider.name,
            publish: publish,
            locationKey: session.locationKey(of: provider.name)
        ) { left in
            screen.draw(["purging \(provider.name): \(Figures.count(left, "entity", "entities")) left"])
        }
        screen.draw([])
        return outcome(
            "\(provider.name): forgotten, \(Figures.count(before.known, "entity", "entities")) "
                + (publish ? "and their removal published." : "that catalogs keep.")
        )
    }
}
