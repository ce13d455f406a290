internal import ArgumentParser
internal import Ingestion
internal import Logging

/// `tidemark check`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the configuration, Redis and each source's first page.",
        discussion: """
            Nothing is written, anywhere. Shows the first entities as they would be published, those that would be
            rejected and why, and where reading would go on. Exit code 2 when the file is wrong, 5 when Redis is not fit, 1
            when a source cannot be read or gives an entity that is not valid.

            EXAMPLES
              tidemark check -c tidemark.yaml
              tidemark check github --entities 10
              tidemark check --json | jq '.providers[] | {name, entities, error}'
            """
    )

    @Argument(help: "One provider; all of them unless given.")
    var name: String?
    @Option(help: "How many entities of each page to show.")
    var entities = 3
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        // What is found is printed as the report; the log would say it twice.
        let session = try Session.open(global, scope: .everything, level: .error)
        let providers = try session.providers()
        let sections = session.configuration.providers
        if let name, !sections.contains(where: { $0.name == name }) {
            throw CommandFailure(
                .notFound,
                "the configuration has no provider `\(name)`",
                at: session.configuration.file,
                mend: NearestKey.find(name, in: sections.map(\.name)).map { "did you mean `\($0)`?" }
                    ?? "it has \(sections.map(\.name).joined(separator: ", "))"
            )
        }
        var report = CheckReport(
            file: session.configuration.file,
            warnings: session.configuration.warnings,
            redis: await RedisCheck.inspect(session),
            providers: [],
            shown: max(0, entities),
            redactor: Redactor(session.configuration.secrets)
        )
        for (provider, section) in zip(providers, sections) where name == nil || name == provider.name {
            guard let source = section.source else { continue }
            session.console.screen.draw(["reading the first page of \(provider.name) …"])
            report.providers.append(await ProviderCheck.read(provider, source, file: report.file))
        }
        session.console.screen.draw([])
        session.console.show(report, asJSON: output.json)
        if report.status != .success { throw QuietFailure(status: report.status) }
    }
}
