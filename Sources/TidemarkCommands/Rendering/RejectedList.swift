internal import Administration
internal import Catalog
internal import Ingestion

/// `tidemark rejected NAME`: the entities that failed validation, and why.
struct RejectedList: TableDisplayable {
    let provider: String
    let entities: [RejectedEntity]
    /// The time by which their age is told, in milliseconds since 1970.
    let now: Int64

    var json: JSON { .array(entities.map(\.json)) }

    var table: Table {
        Table(
            columns: [.text("WHEN"), .number("CYCLE"), .flexible("ENTITY"), .flexible("REASON")],
            rows: entities.map { entity in
                [
                    Table.Cell(entity.time.map { Timestamp.relative($0, to: now) } ?? ""),
                    Table.Cell("\(entity.generation)"), Table.Cell(entity.entityRef ?? entity.entity),
                    Table.Cell(entity.reason, .warning),
                ]
            },
            whenEmpty: "No entity of \(provider) was rejected."
        )
    }
}
