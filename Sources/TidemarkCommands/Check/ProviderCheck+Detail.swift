internal import Catalog
internal import EntitySources
internal import Ingestion

extension ProviderCheck {
    /// Page by page: requests, answers, records, entities, what was rejected, where it goes on, and how long it took.
    func detail(shown: Int, file: String, width: Int?, style: Style) -> [String] {
        var lines = Self.heading(name + ":", summary, width: width, style: style)
        for check in pages {
            lines.append("")
            lines += Self.heading("Page \(check.number)", [(check.timesText, .faint)], width: width, style: style)
            var detail = PageDetail(
                check,
                file: file,
                rejectionMend: rejectionMend,
                width: width,
                style: style
            )
            detail.add(shown: shown)
            lines += detail.lines
        }
        let feed = feedLines(file: file, style: style)
        return feed.isEmpty ? lines : lines + [""] + feed
    }

    private var summary: [(text: String, role: Style.Role?)] {
        let read = pages.compactMap(\.page)
        var parts: [(String, Style.Role?)] = [
            (Figures.count(read.count, "page"), nil),
            (Figures.count(read.reduce(0) { $0 + $1.entities.count }, "entity", "entities"), .good),
        ]
        let rejected = read.reduce(0) { $0 + $1.rejected.count }
        if rejected > 0 { parts.append(("\(Figures.count(rejected)) rejected", .bad)) }
        if problem != nil { parts.append(("page \(pages.count) cannot be read", .bad)) }
        return parts + [(DurationText.brief(took), .faint)]
    }

    /// A name and what is to be said with it, on one line if there is room.
    private static func heading(
        _ name: String,
        _ parts: [(text: String, role: Style.Role?)],
        width: Int?,
        style: Style
    ) -> [String] {
        let text = parts.map(\.text).joined(separator: ", ")
        guard TextWidth.of("\(name) \(text)") > width ?? .max else {
            return [style(name, .strong) + " " + parts.map { style($0.text, $0.role) }.joined(separator: ", ")]
        }
        let rest = TextWidth.wrap(text, to: max(20, (width ?? .max) - 2))
        return [style(name, .strong)] + rest.map { "  " + style($0, .faint) }
    }
}

extension PageCheck {
    fileprivate var timesText: String {
        var steps = [("mapping", times.mapping), ("validation", times.validation)]
        // What was kept is there at once.
        if !isReplayed { steps.insert(("requests", times.requests), at: 0) }
        if times.client >= .milliseconds(1) { steps.insert(("client", times.client), at: 0) }
        let total = DurationText.fine(times.total)
        return "\(total): " + steps.map { "\($0) \(DurationText.fine($1))" }.joined(separator: ", ")
    }
}
