internal import Catalog
internal import Ingestion

extension ProviderCheck {
    /// As `tidemark check` shows every provider: what was asked, the first entities, what is wrong.
    func overview(shown: Int, file: String, width: Int?, style: Style) -> [String] {
        let request = TextWidth.fit(TextWidth.sanitized(request), to: (width ?? .max) - TextWidth.of(name) - 12)
        var lines = [style(name, .strong) + ": \(request) " + style("(\(DurationText.brief(took)))", .faint)]
        for check in pages {
            if let page = check.page { lines.append("  " + summary(page, style)) }
        }
        if let problem { lines += problem.blockLines(file: file, style: style).map { "  " + $0 } }
        lines += feedLines(file: file, style: style)
        guard let page = pages.last?.page else { return lines }
        for entity in page.entities.prefix(shown) { lines += [""] + entity.yamlLines.map { "    " + $0 } }
        if page.entities.count > shown, shown > 0 {
            lines += ["", style("    … and \(Figures.count(page.entities.count - shown)) more", .faint)]
        }
        for rejection in page.rejected.prefix(EntityRejection.mostShown) {
            lines += [""] + rejection.lines(width: width, style: style)
        }
        if !page.rejected.isEmpty { lines.append("  to do: " + rejectionMend) }
        if page.rejected.count > EntityRejection.mostShown {
            let more = Figures.count(page.rejected.count - EntityRejection.mostShown)
            lines.append(style("  … and \(more) more rejected", .faint))
        }
        return lines
    }

    /// Whether changes are told between cycles.
    func feedLines(file: String, style: Style) -> [String] {
        guard let feed else { return [] }
        guard let problem = feed.problem else { return ["  changes: told " + style("(a point is named)", .faint)] }
        return problem.blockLines(file: file, style: style).map { "  " + $0 }
    }

    private func summary(_ page: PreparedPage, _ style: Style) -> String {
        var parts = [style(Figures.count(page.entities.count, "entity", "entities"), .good)]
        if !page.rejected.isEmpty { parts.append(style("\(Figures.count(page.rejected.count)) rejected", .bad)) }
        if page.duplicates > 0 { parts.append(style(Figures.count(page.duplicates, "duplicate"), .warning)) }
        switch page.next.count {
        case 0: parts.append("no next page")
        case 1: parts.append("next: \(TextWidth.fit(TextWidth.sanitized(page.next[0].description), to: 60))")
        default: parts.append("forks into \(page.next.count) chains")
        }
        return parts.joined(separator: ", ")
    }
}

extension ConfigurationProblem {
    /// `error: file:line:column: …`, and the mend below it.
    func blockLines(file: String, style: Style) -> [String] {
        [style("error:", .bad) + " " + text(file: file)].flatMap { $0.split(separator: "\n") }.map(String.init)
    }
}

extension Entity {
    /// As it would be published.
    var yamlLines: [String] { YAMLText.lines(json) }

    var json: JSON { (try? JSON(parsing: body)) ?? .null }
}

extension EntityRejection {
    /// How many of a page are shown.
    static let mostShown = 20

    /// What was refused and why, and its start.
    func lines(width: Int?, style: Style) -> [String] {
        let room = (width ?? .max) - 4
        let name = ref?.string ?? "an entity"
        return TextWidth.wrap(
            "rejected \(TextWidth.sanitized(name)): \(TextWidth.sanitized(reason))",
            to: room
        )
        .enumerated().map { ($0 == 0 ? "  " : "    ") + style($1, .bad) }
            + ["    " + style(TextWidth.fit(TextWidth.sanitized(excerpt), to: min(room, 160)), .faint)]
    }
}
