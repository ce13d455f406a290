internal import Administration
internal import Catalog
internal import Ingestion

/// `tidemark history NAME`: how the last cycles ended.
struct HistoryList: TableDisplayable {
    let provider: String
    let cycles: [CycleRecord]
    /// The time by which their age is told, in milliseconds since 1970.
    let now: Int64

    var json: JSON { .array(cycles.map(\.json)) }

    var table: Table {
        Table(
            columns: [
                .number("CYCLE"), .text("STARTED"), .text("TOOK"), .text("OUTCOME"), .number("PAGES"), .number("ADDED"),
                .number("CHANGED"), .number("REMOVED"), .number("UNCHANGED"), .number("REJECTED"), .flexible("REASON"),
            ],
            rows: cycles.map { cycle in
                let counts = cycle.counts
                return [
                    Table.Cell("\(cycle.generation)"), Table.Cell(Timestamp.relative(cycle.started, to: now)),
                    Table.Cell(cycle.took.map(DurationText.brief) ?? ""),
                    Table.Cell(cycle.outcome?.rawValue ?? "?", cycle.role), Table.Cell(Figures.count(counts.pages)),
                    Table.Cell(Figures.count(counts.added)), Table.Cell(Figures.count(counts.changed)),
                    Table.Cell(Figures.count(counts.removed)), Table.Cell(Figures.count(counts.unchanged)),
                    Table.Cell(Figures.count(counts.rejected)), Table.Cell(cycle.remark),
                ]
            },
            whenEmpty: "No cycle of \(provider) has ended yet."
        )
    }
}

extension CycleRecord {
    /// Nil where Redis holds no such times.
    fileprivate var took: Duration? { started > 0 && ended >= started ? .milliseconds(ended - started) : nil }

    /// Why it ended as it did, and what else is worth a look.
    fileprivate var remark: String {
        let fell = counts.shrunk > 0 ? "the source's total fell \(Figures.count(counts.shrunk, "time", "times"))" : ""
        return [reason, fell].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    fileprivate var role: Style.Role? {
        switch outcome {
        case .completed: .good
        case .held, .discarded, .expired, .replanned, .cancelled: .warning
        case .failed, nil: .bad
        }
    }
}
