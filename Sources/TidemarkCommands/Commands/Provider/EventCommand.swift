internal import ArgumentParser
internal import Catalog
internal import Ingestion

/// `tidemark event NAME`.
struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "Apply a live event: entities added or changed, refs removed.",
        discussion: """
            Reads {"added": [{"entity": {…}}, …], "removed": [{"entityRef": "…"}, …]}, which reaches the stream at once; no
            page that was read before undoes it. What is added and not listed by the source is removed by the next cycle.

            If an entity is not valid, nothing is applied, unless --skip-invalid leaves it out.

            EXAMPLES
              tidemark event github < delta.json
              tidemark event github --file delta.json --skip-invalid --json
            """
    )

    @OptionGroup var provider: ProviderArgument

    @Option(help: ArgumentHelp("The file with the event (default: standard input).", valueName: "file"))
    var file: String?

    @Flag(help: "Leave out entities that are not valid, and apply the rest.")
    var skipInvalid = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global, scope: .everything)
        let providers = try session.providers()
        guard let configured = providers.first(where: { $0.name == provider.name }) else {
            let meant = NearestKey.find(provider.name, in: providers.map(\.name)).map { "did you mean `\($0)`?" }
            throw CommandFailure(
                .notFound,
                "the configuration has no provider `\(provider.name)`",
                at: session.configuration.file,
                mend: meant ?? "known: \(providers.map(\.name).joined(separator: ", "))"
            )
        }
        let event = try prepared(of: configured, session)
        let applied = try await session.withProvider(provider.name) { operations in
            event.isEmpty ? LiveEventOutcome() : try await operations.apply(event, to: configured)
        }
        session.console.show(outcome(applied), asJSON: output.json)
    }

    private func prepared(of provider: Provider, _ session: Session) throws -> PreparedEvent {
        let place = file ?? "standard input"
        let text = try session.console.read(file, LiveEvent.maximumBytes)
        do {
            let event = try LiveEvent(json: text, locationKey: provider.locationKey)
            let prepared = try PreparedEvent(event, of: provider)
            guard !skipInvalid, !prepared.rejected.isEmpty else { return prepared }
            throw CommandFailure(
                .failure,
                refusal(of: prepared.rejected),
                at: place,
                mend: "correct them, or leave them out with --skip-invalid"
            )
        } catch let error as LiveEventError {
            throw CommandFailure(.failure, error.message, at: place)
        }
    }

    private func refusal(of rejected: [EntityRejection]) -> String {
        let count = Figures.count(rejected.count, "entity is", "entities are")
        let reasons = rejected.prefix(20).map { "\n  \($0)" }.joined()
        let more = rejected.count > 20 ? "\n  and \(Figures.count(rejected.count - 20)) more" : ""
        return "\(count) not valid, and nothing was applied:\(reasons)\(more)"
    }

    private func outcome(_ applied: LiveEventOutcome) -> Outcome {
        var sentence =
            "\(provider.name): \(Figures.count(applied.published)) added or changed, "
            + "\(Figures.count(applied.unchanged)) unchanged, \(Figures.count(applied.removed)) removed"
        if !applied.rejected.isEmpty { sentence += ", \(Figures.count(applied.rejected.count)) left out" }
        var outcome = Outcome(provider: provider.name, operation: Self._commandName, sentence: sentence + ".")
        outcome.details = [
            "added": .integer(Int64(applied.published)), "unchanged": .integer(Int64(applied.unchanged)),
            "removed": .integer(Int64(applied.removed)),
            "rejected": .array(
                applied.rejected.map {
                    ["entityRef": $0.ref.map { .string($0.string) } ?? .null, "reason": .string($0.reason)]
                }
            ),
        ]
        return outcome
    }
}
