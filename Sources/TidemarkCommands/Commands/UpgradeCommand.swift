internal import ArgumentParser
internal import Catalog
internal import Ingestion

/// `tidemark upgrade`.
struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Raise the layout of Redis to the version of this build: there is no way back.",
        discussion: """
            To be called when every process is of this build and will stay so. Until then this build works on the layout that there is,
            and older ones can come back. From then on older ones refuse to start, and those that run end; what they had in
            hand goes on elsewhere. Most builds change nothing of the layout: then there is nothing to raise.

            EXAMPLES
              tidemark upgrade
            """
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global)
        let layout = try await session.withStore { store in
            LayoutChange(before: try await store.raiseLayout(), now: store.versions.layout)
        }
        session.console.show(layout, asJSON: output.json)
    }
}
