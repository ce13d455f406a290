internal import ArgumentParser
internal import EntitySources
internal import Ingestion
internal import Logging

/// `tidemark check`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the configuration, Redis and each source's first entities.",
        discussion: """
            Nothing is written to Redis. Shows the first entities as they would be published, those that would be \
            rejected and why, and where reading would go on. Where a source forks before it gives entities, pages \
            without any are passed over. Exit code 2 when the file is wrong, 5 when Redis is not fit, 1 when a source \
            cannot be read or gives an entity that is not valid.

            With --pages each page is shown with its requests as they are sent, secrets hidden, the answers, the \
            records, and how long each step took. Where a page forks, the first chain is followed, then the next.

            --record keeps the answers in a folder, without secrets. --replay reads them in place of the source: \
            neither it nor Redis is reached, and the secrets of the configuration need not be set. So a mapping can be \
            tried on real answers, and they can be looked at and changed.

            EXAMPLES
              tidemark check -c tidemark.yaml
              tidemark check github --pages 3
              tidemark check github --pages 3 --record ./recording
              tidemark check github --replay ./recording
              tidemark check --json | jq '.providers[] | {name, entities, error}'
            """
    )

    @Argument(help: "One provider; all of them unless given.")
    var name: String?
    @Option(help: ArgumentHelp("Show so many pages in detail.", valueName: "n"))
    var pages: Int?
    @Option(help: ArgumentHelp("Keep the answers of one provider in this folder.", valueName: "dir"))
    var record: String?
    @Option(help: ArgumentHelp("Read the answers kept in this folder; nothing is reached.", valueName: "dir"))
    var replay: String?
    @Option(help: ArgumentHelp("How many entities and records of each page to show.", valueName: "n"))
    var entities = 3
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let pages, pages < 1 { throw ValidationError("--pages must be at least 1") }
        if entities < 0 { throw ValidationError("--entities must not be negative") }
        if record != nil, replay != nil { throw ValidationError("give --record or --replay, not both") }
    }

    func run() async throws {
        let replay = try replay.map { try Replay($0) }
        // What is found is printed as the report; the log would say it twice.
        let session = try Session.open(global, scope: replay == nil ? .everything : .replay, level: .error)
        let chosen = try chosen(session, replay)
        let recorder = try record.map { folder in
            let (provider, section) = chosen[0]
            return try Recorder(folder, provider: provider.name, source: section.value.name)
        }
        var report = CheckReport(
            file: session.configuration.file,
            warnings: session.configuration.warnings,
            redis: replay == nil ? await RedisCheck.inspect(session) : nil,
            shown: entities,
            isDetailed: pages != nil || record != nil || replay != nil,
            recording: replay.map { .replayed(folder: $0.folder.path, $0.summary) },
            redactor: Redactor(session.configuration.secrets, and: session.fetched)
        )
        for (provider, section) in chosen {
            let rehearsal = Rehearsal(
                answers(recorder, replay),
                records: report.isDetailed ? entities : 0,
                hiding: provider.secrets.redacting
            )
            var check = ProviderCheck(provider.name, section, file: report.file)
            let pages = min(pages ?? replay?.summary.pages ?? 1, replay?.summary.pages ?? .max)
            await check.read(provider, section, pages: pages, rehearsal) { page, cursor in
                session.console.screen.draw(["reading page \(page) of \(provider.name) …"])
                let cursor = cursor.map { provider.secrets.redacting($0) }
                recorder?.turn(to: page, cursor)
                replay?.turn(to: cursor)
            }
            report.providers.append(check)
        }
        if let recorder {
            let provider = chosen[0].0.name
            report.recording = .recorded(folder: recorder.folder.path, provider: provider, answers: recorder.answers)
        }
        session.console.screen.draw([])
        session.console.show(report, asJSON: output.json)
        if report.status != .success { throw QuietFailure(status: report.status) }
    }

    private func answers(_ recorder: Recorder?, _ replay: Replay?) -> Rehearsal.Answers {
        if let recorder { return .kept(by: recorder.keep) }
        if let replay { return .replayed(from: replay.answer) }
        return .source
    }

    /// The providers that are checked.
    private func chosen(_ session: Session, _ replay: Replay?) throws -> [(Provider, Located<SourceSection>)] {
        let sections = session.configuration.providers
        let wanted = name ?? replay?.summary.provider
        if let wanted, !sections.contains(where: { $0.name == wanted }) {
            throw CommandFailure(
                .notFound,
                "the configuration has no provider `\(wanted)`",
                at: session.configuration.file,
                mend: NearestKey.find(wanted, in: sections.map(\.name)).map { "did you mean `\($0)`?" }
                    ?? "it has \(sections.map(\.name).joined(separator: ", "))"
            )
        }
        let providers = try Rehearsal.$current.withValue(Rehearsal(answers(nil, replay))) { try session.providers() }
        let chosen = zip(providers, sections).compactMap { provider, section in
            section.source.map { (provider, $0) }
        }
        .filter { wanted == nil || $0.0.name == wanted }
        if record != nil, chosen.count > 1 {
            throw CommandFailure(
                .usage,
                "--record keeps the answers of one provider, and none is named",
                mend: "name one of \(sections.map(\.name).joined(separator: ", "))"
            )
        }
        if let replay, let (provider, section) = chosen.first { try replay.check(provider.name, section.value.name) }
        return chosen
    }
}
