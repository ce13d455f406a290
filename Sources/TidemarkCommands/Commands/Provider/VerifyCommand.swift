internal import ArgumentParser
internal import CatalogConsumer
internal import EntitySources
internal import Ingestion

/// `tidemark verify`.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the invariants, a catalog and the sources, in bounded steps.",
        discussion: """
            Writes nothing, while everything may go on. A provider that changes while it is looked at is looked at again; one
            that never holds still is reported as not checked.

            With --catalog FILE, each entity that is known is looked for in the SQLite file of a consumer with the body that
            was published last, and each entity of the file among those that are known.

            With --source, every page of the sources is read as a worker reads it, with the same mapping, credentials and
            callRate, and compared with what is known. A difference is listed with its page, once it was read a second time.

            Exit code 0 when all that was checked holds, 6 when an invariant is violated or something differs, 1 when a catalog or
            a source could not be compared. What could not be checked is listed at the end, with what would make it possible.

            EXAMPLES
              tidemark verify
              tidemark verify github --source
              tidemark verify --catalog tidemark-data/catalog.sqlite
              tidemark verify --json | jq '.checks[] | select(.violations > 0)'
            """
    )

    @Argument(help: "The providers; all of them unless given.")
    var names: [String] = []
    @Flag(help: "Read every page of the sources, and compare them with what is known.")
    var source = false
    @Option(help: ArgumentHelp("Compare what is known with this catalog, a consumer's SQLite file.", valueName: "file"))
    var catalog: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global, scope: source ? .everything : .redis)
        let providers = source ? try session.providers() : []
        let catalog = try catalog.map(open)
        let report = try await session.withStore { store in
            let run = VerificationRun(session: session, store: store, providers: providers, isReadingSources: source)
            return try await run.report(on: names, catalog: catalog)
        }
        session.console.screen.draw([])
        session.console.show(report, asJSON: output.json)
        if report.violations > 0 { throw QuietFailure(status: .violated) }
        if report.lacksComparison { throw QuietFailure(status: .failure) }
    }

    private func open(_ file: String) throws -> SQLiteCatalog {
        do {
            return try SQLiteCatalog(readingAt: file)
        } catch {
            throw CommandFailure(
                .usage,
                error.message,
                at: file,
                mend: "name the SQLite file that `tidemark run` or `tidemark consume` keeps"
            )
        }
    }
}
