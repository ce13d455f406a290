internal import Catalog
internal import Ingestion

/// `tidemark verify`: each invariant of each provider, and the first violations in words.
struct VerificationReport: Displayable {
    let checks: [Verification.Check]

    var violations: Int { checks.reduce(0) { $0 + $1.violations } }

    var json: JSON {
        [
            "holds": .bool(violations == 0), "violations": .integer(Int64(violations)),
            "checks": .array(
                checks.map { check in
                    [
                        "provider": .string(check.provider), "invariant": .integer(Int64(check.invariant)),
                        "title": .string(check.title), "looked": .integer(Int64(check.looked)),
                        "violations": .integer(Int64(check.violations)),
                        "examples": .array(check.examples.map(JSON.string)),
                        "skipped": check.skipped.map(JSON.string) ?? .null,
                    ]
                }
            ),
        ]
    }

    func lines(width: Int?, style: Style) -> [String] {
        var lines = table.lines(width: width, style: style)
        for check in checks where check.violations > 0 {
            lines += ["", style("\(check.provider): \(check.title)", .strong)]
            lines += check.examples.map { "  " + TextWidth.sanitized($0) }
            let rest = check.violations - check.examples.count
            if rest > 0 { lines.append(style("  … and \(Figures.count(rest)) more", .faint)) }
        }
        for check in checks {
            guard let reason = check.skipped else { continue }
            lines +=
                [""]
                + TextWidth.wrap("\(check.provider): not checked that \(check.title): \(reason)", to: width ?? .max)
        }
        let skipped = checks.count { $0.skipped != nil }
        let note = skipped > 0 ? "; \(Figures.count(skipped)) not checked" : ""
        lines += [
            "",
            violations == 0
                ? style("Every invariant that was checked holds\(note).", .good)
                : style("\(Figures.count(violations, "violation"))\(note).", .bad),
        ]
        return checks.isEmpty ? ["Redis knows no provider: there is nothing to verify."] : lines
    }

    private var table: Table {
        Table(
            columns: [
                .flexible("PROVIDER"), .number("NO"), .flexible("INVARIANT"), .number("LOOKED AT"), .text("RESULT"),
            ],
            rows: checks.map { check in
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
