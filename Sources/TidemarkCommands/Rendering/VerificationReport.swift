internal import Catalog
internal import Ingestion

/// `tidemark verify`: each invariant of each provider, and the first violations in words.
struct VerificationReport: Displayable {
    /// Invariants.
    var checks: [Verification.Check]
    /// What was compared because it was asked for.
    var comparisons: [Verification.Check] = []

    /// Provider by provider, the invariants first.
    private var all: [Verification.Check] {
        let every = checks + comparisons
        return Set(every.map(\.provider)).sorted().flatMap { name in every.filter { $0.provider == name } }
    }

    var violations: Int { all.reduce(0) { $0 + $1.violations } }

    /// Whether something that was asked for could not be compared.
    var lacksComparison: Bool { comparisons.contains { $0.skipped != nil } }

    var json: JSON {
        [
            "holds": .bool(violations == 0), "violations": .integer(Int64(violations)),
            "checks": .array(
                all.map { check in
                    [
                        "provider": .string(check.provider), "invariant": .integer(Int64(check.invariant)),
                        "title": .string(check.title), "looked": .integer(Int64(check.looked)),
                        "violations": .integer(Int64(check.violations)),
                        "examples": .array(check.examples.map(JSON.string)),
                        "skipped": check.skipped.map(JSON.string) ?? .null,
                        "note": check.note.map(JSON.string) ?? .null,
                    ]
                }
            ),
        ]
    }

    func lines(width: Int?, style: Style) -> [String] {
        guard !all.isEmpty else { return [table.whenEmpty] }
        var lines = table.lines(width: width, style: style)
        for check in all where check.violations > 0 {
            lines += ["", style("\(check.provider): \(check.title)", .strong)]
            for example in check.examples.prefix(Self.mostExamples) {
                let text = TextWidth.wrap(TextWidth.sanitized(example), to: (width ?? .max) - 4)
                lines += text.enumerated().map { ($0.offset == 0 ? "  " : "    ") + $0.element }
            }
            let rest = check.violations - min(check.examples.count, Self.mostExamples)
            if rest > 0 {
                let place = check.examples.count > Self.mostExamples ? "; --json has more of them" : ""
                lines.append(style("  … and \(Figures.count(rest)) more\(place)", .faint))
            }
        }
        for check in all {
            guard let reason = check.skipped else { continue }
            lines += said("\(check.provider): not checked that \(check.title): \(reason)", width)
        }
        for check in all { if let note = check.note { lines += said("\(check.provider): \(note)", width) } }
        let skipped = all.count { $0.skipped != nil }
        let note = skipped > 0 ? "; \(Figures.count(skipped)) not checked" : ""
        lines += [
            "",
            violations == 0
                ? style("Every invariant that was checked holds\(note).", .good)
                : style("\(Figures.count(violations, "violation"))\(note).", .bad),
        ]
        return lines
    }

    private func said(_ text: String, _ width: Int?) -> [String] {
        [""] + TextWidth.wrap(TextWidth.sanitized(text), to: width ?? .max)
    }

    private static let mostExamples = 20

    private var table: Table {
        Table(
            columns: [
                .flexible("PROVIDER"), .number("NO"), .flexible("INVARIANT"), .number("LOOKED AT"), .text("RESULT"),
            ],
            rows: all.map { check in
                let result =
                    check.skipped != nil
                    ? Table.Cell("not checked", .warning)
                    : check.violations == 0
                        ? Table.Cell("holds", .good)
                        : Table.Cell(Figures.count(check.violations, "violation"), .bad)
                return [
                    Table.Cell(check.provider), Table.Cell("\(check.invariant)"), Table.Cell(check.title),
                    Table.Cell(Figures.count(check.looked)), result,
                ]
            },
            whenEmpty: "Redis knows no provider: there is nothing to verify."
        )
    }
}
