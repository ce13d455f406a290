internal import Administration
internal import Catalog
internal import CatalogConsumer
internal import EntitySources
internal import Foundation
internal import Ingestion
internal import Redis

/// What `tidemark verify` does for each provider.
struct VerificationRun: Sendable {
    let session: Session
    let store: Store
    /// Those of the configuration, where sources are read.
    let providers: [Provider]
    let isReadingSources: Bool

    /// - Parameter names: the providers that are asked for; none for all.
    func report(on names: [String], catalog: SQLiteCatalog?) async throws -> VerificationReport {
        var report = VerificationReport(checks: [])
        let operations = Operations(store: store)
        let known = try await operations.providers()
        let stored = try await catalog?.providers() ?? []
        let isKnownSomewhere = Set(known + stored.map(\.name) + providers.map(\.name))
        // One that is nowhere is an error, with the names that there are.
        for name in names where !isKnownSomewhere.contains(name) { _ = try await operations.status(of: name) }
        for name in names.isEmpty ? isKnownSomewhere.sorted() : names {
            let isKnown = known.contains(name)
            if isKnown {
                draw("verifying \(name) …")
                report.checks += try await Verifier(store: store).verify(name).checks
            } else if catalog == nil, !isReadingSources {
                _ = try await operations.status(of: name)
            }
            if let catalog {
                report.comparisons.append(
                    try await compare(catalog, name, isKnown: isKnown, stored.first { $0.name == name })
                )
            }
            if isReadingSources { report.comparisons += try await compareSource(of: name, isKnown: isKnown) }
        }
        return report
    }

    private func draw(_ line: String) {
        let screen = session.console.screen
        screen.draw([TextWidth.fit(line, to: screen.size.columns - 1)])
    }

    // MARK: - Catalog

    private func compare(
        _ catalog: SQLiteCatalog,
        _ name: String,
        isKnown: Bool,
        _ stored: CatalogProvider?
    ) async throws -> Verification.Check {
        guard isKnown else {
            var check = Verification.Check(3, CatalogComparison.title, provider: name)
            check.looked = stored?.entities ?? 0
            if check.looked > 0 {
                let entities = Figures.count(check.looked, "entity", "entities")
                check.violate(
                    ["Redis has nothing of \(name), the catalog has \(entities) of it"],
                    andOthers: check.looked - 1
                )
            }
            return check
        }
        return try await CatalogComparison(
            provider: name,
            verifier: Verifier(store: store),
            catalog: catalog
        ) { looked, differing in
            draw(
                "\(name): comparing the catalog: \(Figures.count(looked, "ref")), \(Figures.count(differing)) to be looked at "
                    + "again …"
            )
        }.run()
    }

    // MARK: - Sources

    private func compareSource(of name: String, isKnown: Bool) async throws -> [Verification.Check] {
        var check = Verification.Check(4, SourceComparison.title, provider: name)
        guard let provider = providers.first(where: { $0.name == name }),
            let section = session.configuration.providers.first(where: { $0.name == name })?.source
        else {
            check.skipped =
                "\(session.configuration.file) has no such provider: verify with the configuration of its workers"
            return [check]
        }
        guard isKnown else {
            check.skipped =
                "Redis has nothing of it: let a worker with this configuration run a cycle, and verify again"
            return [check]
        }
        do {
            return try await compare(provider)
        } catch let failure as SourceWalk.Failure {
            let problem = section.problem(failure.error)
            let cursor = failure.cursor.map { ", cursor \(provider.secrets.redacting($0))" } ?? ""
            check.skipped =
                "page \(failure.number)\(cursor) cannot be read: \(problem.head(file: session.configuration.file))"
                + (problem.mend.map { "; \($0)" } ?? "")
            return [check]
        }
    }

    private func compare(_ provider: Provider) async throws -> [Verification.Check] {
        let rehearsal = Rehearsal(hiding: provider.secrets.redacting)
        let walk = SourceWalk(provider, store: store) { pause, error in
            let reason = error is SourceError ? provider.secrets.redacting("\(error)") : "the call rate"
            draw("\(provider.name): waiting for \(DurationText.brief(pause)): \(reason)")
        }
        let comparison = SourceComparison(provider, verifier: Verifier(store: store), walk: walk) {
            let exchanges = rehearsal.takeNotes().exchanges
            return (exchanges.first { !$0.request.isForCredentials } ?? exchanges.first)?.request.summary
        } progress: { progress in
            let pages = Figures.count(progress.pages, "page")
            let entities = Figures.count(progress.entities, "entity", "entities")
            let found = Figures.count(progress.differences, "difference")
            draw(
                "\(provider.name): \(progress.isAgain ? "looking again" : "reading"): \(pages), \(entities), \(found) …"
            )
        }
        var checks = try await Rehearsal.$current.withValue(rehearsal) { try await comparison.run() }
        var notes: [String] = []
        if try await hasAnotherPlan(provider) {
            notes.append(
                "the workers read it by another configuration than this one, which may be why something differs: verify with theirs"
            )
        }
        if checks.contains(where: { $0.violations > 0 }) { notes.append(try await age(of: provider.name)) }
        if let last = checks.indices.last, !notes.isEmpty {
            checks[last].note = ([checks[last].note].compactMap(\.self) + notes).joined(separator: "; ")
        }
        return checks
    }

    private func hasAnotherPlan(_ provider: Provider) async throws -> Bool {
        let key = store.keys(of: provider.name).hash
        let plan = try await store.redis.send(RedisCommand("HGET", key, "plan")).string
        return plan != nil && plan != provider.plan
    }

    /// What to know about differences from the source: since when it may have changed.
    private func age(of name: String) async throws -> String {
        let status = try await Operations(store: store).status(of: name)
        let cycle: String
        switch status.phase {
        case .starting, .running, .sweeping: cycle = "a cycle is running"
        default:
            cycle =
                status.completedAt.map { "the last complete cycle ended \(Timestamp.relative($0, to: status.at))" }
                ?? "no cycle has completed yet"
        }
        return "\(cycle); what has changed in the source since it was read is a difference until it is read again: "
            + "`tidemark trigger \(name)`, and verify when the cycle has completed"
    }
}
