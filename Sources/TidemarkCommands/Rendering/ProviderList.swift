internal import Administration
internal import Catalog
internal import Ingestion

/// `tidemark status`: one line a provider, and below it what is wrong.
struct ProviderList: Displayable {
    let providers: [ProviderStatus]
    /// Whether any worker runs.
    var workersRun = true
    /// Why Redis takes no writes, where none runs.
    var refusal: String?

    var json: JSON { .array(providers.map(\.json)) }

    func lines(width: Int?, style: Style) -> [String] {
        var lines = list(width: width, style: style)
        for text in providers.flatMap(Self.errors) {
            lines.append("")
            lines += TextWidth.wrap(TextWidth.sanitized(text), to: width ?? .max).map { style($0, .bad) }
        }
        if !staffing.isEmpty { lines.append("") }
        for text in staffing { lines += TextWidth.wrap(text, to: width ?? .max).map { style($0, .warning) } }
        return lines
    }

    /// Who does not read what.
    private var staffing: [String] {
        let wanted = providers.filter { $0.pausedSince == nil && ![.purging, .purged].contains($0.phase) }
        if !workersRun, let last = wanted.max(by: { $0.workers?.seen ?? 0 < $1.workers?.seen ?? 0 }) {
            return [refusal, last.unserved(whileAnyRuns: false)].compactMap(\.self)
        }
        return wanted.flatMap { provider in
            [provider.unserved(whileAnyRuns: true), provider.servedOtherwise]
                .compactMap { $0.map { "\(provider.name): \($0)" } }
        }
    }

    private static func errors(_ provider: ProviderStatus) -> [String] {
        func text(_ what: String, _ failures: Int, _ errorAt: Int64?, _ error: String) -> String {
            let since = errorAt.map { ", \(Timestamp.relative($0, to: provider.at))" } ?? ""
            return "\(what) \(Figures.count(failures, "time")) in a row\(since): \(error)"
        }
        var errors: [String] = []
        if let error = provider.error, provider.failures > 0 || provider.phase == .failed {
            errors.append(text("\(provider.name): failed", provider.failures, provider.errorAt, error))
        }
        if let reason = provider.republishing {
            errors.append("\(provider.name): everything is published anew by the next whole cycle: \(reason)")
        }
        if let feed = provider.feed, let error = feed.error {
            errors.append(text("\(provider.name): changes could not be told", feed.failures, feed.errorAt, error))
        }
        return errors
    }

    /// On a narrow terminal, what a provider waits for stands on a line of its own.
    private func list(width: Int?, style: Style) -> [String] {
        let wide = table(withWaiting: true)
        guard let width, wide.naturalWidth > width, !providers.isEmpty else {
            return wide.lines(width: width, style: style)
        }
        let lines = table(withWaiting: false).lines(width: width, style: style)
        return lines.prefix(1)
            + zip(providers, lines.dropFirst()).flatMap { provider, line in
                let waits = provider.waitsFor.map {
                    "  " + TextWidth.fit("waits for: \(TextWidth.sanitized($0))", to: width - 2)
                }
                return [line] + (waits.map { [style($0, .faint)] } ?? [])
            }
    }

    private func table(withWaiting: Bool) -> Table {
        Table(
            columns: [
                .flexible("PROVIDER"), .text("STATUS"), .number("CYCLE"), .number("ENTITIES"), .number("ADDED"),
                .number("CHANGED"), .number("REMOVED"), .number("REJECTED"),
            ] + (withWaiting ? [.flexible("WAITS FOR")] : []),
            rows: providers.map { provider in
                [
                    Table.Cell(provider.name, .strong), Table.Cell(provider.status, provider.role),
                    Table.Cell("\(provider.generation)"), Table.Cell(Figures.count(provider.known)),
                    Table.Cell(Figures.count(provider.counts.added)),
                    Table.Cell(Figures.count(provider.counts.changed)),
                    Table.Cell(Figures.count(provider.counts.removed)),
                    Table.Cell(Figures.count(provider.counts.rejected), provider.counts.rejected > 0 ? .warning : nil),
                ] + (withWaiting ? [Table.Cell(provider.waitsFor ?? "", .faint)] : [])
            },
            whenEmpty: "Redis knows no provider yet: start `tidemark run` or `tidemark worker`."
        )
    }
}
