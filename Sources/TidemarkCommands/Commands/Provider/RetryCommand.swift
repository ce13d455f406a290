internal import ArgumentParser
internal import Catalog
internal import Ingestion

/// `tidemark retry NAME`.
struct RetryCommand: ProviderOperation {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run again what was given up on.",
        discussion: """
            A job is given up on after `maxAttempts` failures in a row, and its cycle never sweeps. `tidemark show NAME`
            lists the jobs; without a job, all of the provider's are tried again.

            EXAMPLES
              tidemark retry github
              tidemark retry github github:0a1b2c3d4e5f6
            """
    )

    @OptionGroup var provider: ProviderArgument
    @Argument(help: "The ids of single jobs.")
    var jobs: [String] = []
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome {
        let chosen = try await operations.retry(provider.name, jobs: jobs)
        var outcome = outcome("\(provider.name): \(Figures.count(chosen.count, "job")) will be tried again now.")
        outcome.details["jobs"] = .array(chosen.map(JSON.string))
        return outcome
    }
}
