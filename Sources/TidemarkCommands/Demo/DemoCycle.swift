internal import Catalog
internal import CatalogConsumer
internal import DemoSource

/// What one cycle of the demo found, beside what the source has.
struct DemoCycle: Sendable {
    /// One kind of record.
    struct Part: Sendable {
        var name: String
        /// Distinct records of the source, and entities of the catalog after the cycle.
        var inSource: Int
        var inCatalog: Int
        var expected: Difference.Counts
        var found: Difference.Counts
        var comparison: Comparison

        var isEqual: Bool { comparison.isEqual && expected == found && inSource == inCatalog }
    }

    var number: Int
    var parts: [Part]
    var pages: Int
    var seconds: Double

    var isEqual: Bool { parts.allSatisfy(\.isEqual) }
}

extension DemoCycle: Displayable {
    var json: JSON {
        func counts(_ counts: Difference.Counts) -> JSON {
            [
                "added": .integer(Int64(counts.added)), "changed": .integer(Int64(counts.changed)),
                "removed": .integer(Int64(counts.removed)), "unchanged": .integer(Int64(counts.unchanged)),
            ]
        }
        let parts = parts.map { part -> (String, JSON) in
            let comparison = part.comparison
            return (
                part.name,
                [
                    "inSource": .integer(Int64(part.inSource)), "inCatalog": .integer(Int64(part.inCatalog)),
                    "source": counts(part.expected), "catalog": counts(part.found),
                    "missing": .integer(Int64(comparison.missing.count)),
                    "extra": .integer(Int64(comparison.extra.count)),
                    "different": .integer(Int64(comparison.different.count)), "equal": .bool(part.isEqual),
                ]
            )
        }
        return [
            "cycle": .integer(Int64(number)), "pages": .integer(Int64(pages)), "seconds": .number(seconds),
            "records": .object(Dictionary(uniqueKeysWithValues: parts)), "equal": .bool(isEqual),
        ]
    }

    func lines(width: Int?, style: Style) -> [String] {
        var lines = table.lines(width: width, style: style)
        let entities = parts.reduce(0) { $0 + $1.inSource }
        let time = DurationText.brief(.milliseconds(Int64(seconds * 1_000)))
        lines.append(
            style(
                "\(Figures.count(pages, "page")) in \(time), \(Figures.rate(Double(entities) / max(seconds, 0.001)))",
                .faint
            )
        )
        for part in parts { lines += Self.problems(part, style) }
        return lines
    }

    private var table: Table {
        Table(
            columns: [
                .text(""), .text(""), .number("TOTAL"), .number("ADDED"), .number("CHANGED"), .number("REMOVED"),
                .number("UNCHANGED"), .text(""),
            ],
            rows: parts.flatMap { part in
                [
                    Self.row(part.name, "source", part.inSource, part.expected, Table.Cell("")),
                    Self.row(
                        "",
                        "catalog",
                        part.inCatalog,
                        part.found,
                        part.isEqual ? Table.Cell("equal", .good) : Table.Cell("different", .bad)
                    ),
                ]
            },
            whenEmpty: ""
        )
    }

    private static func row(
        _ name: String,
        _ side: String,
        _ total: Int,
        _ counts: Difference.Counts,
        _ verdict: Table.Cell
    ) -> [Table.Cell] {
        [Table.Cell(name, .strong), Table.Cell(side)]
            + [total, counts.added, counts.changed, counts.removed, counts.unchanged].map {
                Table.Cell(Figures.count($0))
            } + [verdict]
    }

    private static func problems(_ part: Part, _ style: Style) -> [String] {
        let comparison = part.comparison
        return [("missing", comparison.missing), ("extra", comparison.extra), ("different", comparison.different)]
            .filter { !$0.1.isEmpty }
            .map { name, keys in
                let examples = keys.prefix(5).joined(separator: ", ") + (keys.count > 5 ? ", …" : "")
                return style("\(part.name): \(Figures.count(keys.count)) \(name): \(examples)", .bad)
            }
    }
}
