internal import Catalog
internal import Ingestion

/// `tidemark check`: the file, Redis, and each source's first page.
struct CheckReport: Sendable {
    var file: String
    var warnings: [ConfigurationProblem]
    var redis: RedisCheck
    var providers: [ProviderCheck]
    /// How many entities of a page are shown.
    var shown: Int
    /// Takes secrets out of what a source gave.
    var redactor: Redactor

    /// The worst of what was found.
    var status: ExitStatus {
        if let failure = redis.failure { return failure.status }
        let isSound = providers.allSatisfy { $0.problem == nil && $0.page?.rejected.isEmpty == true }
        return isSound ? .success : .failure
    }
}

extension CheckReport: Displayable {
    var json: JSON {
        [
            "file": .string(file), "warnings": .array(warnings.map { .string($0.text(file: file)) }),
            "redis": redis.json, "providers": .array(providers.map(json)), "ok": .bool(status == .success),
        ]
    }

    private func json(_ check: ProviderCheck) -> JSON {
        var json: JSON = [
            "name": .string(check.name), "request": .string(redactor.redact(check.request)),
            "milliseconds": .integer(Int64(check.took / .milliseconds(1))),
            "error": check.problem.map { .string(redactor.redact($0.text(file: file))) } ?? .null,
        ]
        guard let page = check.page else { return json }
        json["entities"] = .integer(Int64(page.entities.count))
        json["duplicates"] = .integer(Int64(page.duplicates))
        json["next"] = .array(page.next)
        json["shown"] = .array(page.entities.prefix(shown).map(entity))
        json["rejected"] = .array(
            page.rejected.map { rejection in
                [
                    "entityRef": rejection.ref.map { .string($0.string) } ?? .null,
                    "reason": .string(redactor.redact(rejection.reason)),
                    "excerpt": .string(redactor.redact(rejection.excerpt)),
                ]
            }
        )
        return json
    }

    func lines(width: Int?, style: Style) -> [String] {
        var lines = [style(file, .strong) + ": \(Figures.count(providers.count, "provider")), no error"]
        lines += warnings.map { style("warning: ", .warning) + $0.text(file: file) }
        lines.append(style("Redis", .strong) + ": " + (redis.version.map { "\($0) at " } ?? "") + redis.address)
        lines += redis.warnings.flatMap { TextWidth.wrap("warning: \($0)", to: (width ?? .max) - 2) }
            .map { "  " + style($0, .warning) }
        if let failure = redis.failure { lines += failure.lines(style).map { "  " + $0 } }
        for check in providers { lines += [""] + self.lines(check, width: width, style: style) }
        return lines.map(redactor.redact)
    }

    private func lines(_ check: ProviderCheck, width: Int?, style: Style) -> [String] {
        let request = TextWidth.fit(
            TextWidth.sanitized(check.request),
            to: (width ?? .max) - TextWidth.of(check.name) - 12
        )
        var lines = [
            style(check.name, .strong) + ": \(request) " + style("(\(DurationText.brief(check.took)))", .faint)
        ]
        if let problem = check.problem {
            lines += [style("error:", .bad) + " " + problem.text(file: file)].flatMap { $0.split(separator: "\n") }
                .map { "  " + $0 }
        }
        guard let page = check.page else { return lines }
        lines.append("  " + summary(page, style))
        for entity in page.entities.prefix(shown) {
            lines += [""] + YAMLText.lines(self.entity(entity)).map { "    " + $0 }
        }
        if page.entities.count > shown, shown > 0 {
            lines += ["", style("    … and \(Figures.count(page.entities.count - shown)) more", .faint)]
        }
        for rejection in page.rejected.prefix(20) { lines += [""] + self.lines(rejection, width: width, style: style) }
        if let mend = check.rejectionMend, !page.rejected.isEmpty { lines.append("  to do: " + mend) }
        if page.rejected.count > 20 {
            lines.append(style("  … and \(Figures.count(page.rejected.count - 20)) more rejected", .faint))
        }
        return lines
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

    private func lines(_ rejection: EntityRejection, width: Int?, style: Style) -> [String] {
        let room = (width ?? .max) - 4
        let name = rejection.ref?.string ?? "an entity"
        return TextWidth.wrap(
            "rejected \(TextWidth.sanitized(name)): \(TextWidth.sanitized(rejection.reason))",
            to: room
        )
        .enumerated().map { ($0 == 0 ? "  " : "    ") + style($1, .bad) }
            + ["    " + style(TextWidth.fit(TextWidth.sanitized(rejection.excerpt), to: min(room, 160)), .faint)]
    }

    private func entity(_ entity: Entity) -> JSON {
        (try? JSON(parsing: entity.body)) ?? .null
    }
}
