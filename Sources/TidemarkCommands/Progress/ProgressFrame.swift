internal import Ingestion

/// The lines of the progress display, made of a snapshot: a header, a line a provider, and what is wrong.
struct ProgressFrame: Sendable {
    /// What runs, in bold.
    var title: String
    /// With what, beside the number of the catalog's entities.
    var details: String
    var snapshot: ProgressSnapshot

    /// Lines that fit on a terminal; providers that do not fit are counted.
    func lines(columns: Int, rows: Int, style: Style) -> [String] {
        var head = [header(columns, style), ""]
        if let trouble = snapshot.trouble {
            head.insert(style(TextWidth.fit(TextWidth.sanitized(trouble), to: columns), .bad), at: 1)
        }
        let isWide = table(withWaiting: true).naturalWidth <= max(columns, 100) && columns >= 100
        var body = [String]()
        let lines = table(withWaiting: isWide).lines(width: columns, style: style)
        body += lines.prefix(1)
        for (provider, line) in zip(snapshot.providers, lines.dropFirst()) {
            body.append(line)
            body += notes(provider, withWaiting: !isWide).map { note, role in
                style("  " + TextWidth.fit(TextWidth.sanitized(note), to: columns - 2), role)
            }
        }
        if snapshot.providers.isEmpty { body = ["waiting for the first provider …"] }
        let room = max(1, rows - head.count - 1)
        if body.count > room {
            let hidden = body.count - room + 1
            body = body.prefix(room - 1) + [style("… and \(hidden) more lines: `tidemark status` lists all", .faint)]
        }
        return head + body
    }

    private func header(_ columns: Int, _ style: Style) -> String {
        let entities = snapshot.catalogEntities.map { Figures.count($0, "entity", "entities") + " in the catalog" }
        let rest = [entities, details.isEmpty ? nil : details].compactMap { $0 }.joined(separator: " · ")
        let room = columns - TextWidth.of(title) - 3
        guard !rest.isEmpty, room > 10 else { return style(TextWidth.fit(title, to: columns), .strong) }
        return style(title, .strong) + style(" · " + TextWidth.fit(rest, to: room), .faint)
    }

    private func table(withWaiting: Bool) -> Table {
        Table(
            columns: [
                .flexible("PROVIDER"), .text("STATUS"), .number("PAGES"), .number("RATE"), .number("ADDED"),
                .number("CHANGED"), .number("UNCHANGED"), .number("REMOVED"),
            ] + (withWaiting ? [.flexible("WAITS FOR")] : []),
            rows: snapshot.providers.map { provider in
                let status = provider.status
                let counts = status.counts
                var cells = [
                    Table.Cell(status.name, .strong), Table.Cell(status.status, status.role),
                    Table.Cell(Figures.count(counts.pages)),
                    Table.Cell(provider.rate > 0 ? Figures.rate(provider.rate) : "", .active),
                ]
                cells += [counts.added, counts.changed, counts.unchanged, counts.removed].map {
                    Table.Cell(Figures.count($0), $0 == 0 ? .faint : nil)
                }
                return cells + (withWaiting ? [Table.Cell(status.waitsFor ?? "", .faint)] : [])
            },
            whenEmpty: ""
        )
    }

    private func notes(_ provider: ProgressSnapshot.Provider, withWaiting: Bool) -> [(String, Style.Role)] {
        let status = provider.status
        var notes = [(String, Style.Role)]()
        if withWaiting, let waits = status.waitsFor { notes.append(("waits for: \(waits)", .faint)) }
        if let error = status.error, status.failures > 0 || status.phase == .failed {
            notes.append((error, .bad))
        }
        if status.counts.rejected > 0 {
            let count = Figures.count(status.counts.rejected, "entity", "entities")
            notes.append(("\(count) rejected: tidemark rejected \(status.name)", .warning))
        }
        if let error = provider.consumerError { notes.append(("catalog: \(error)", .bad)) }
        return notes
    }
}
