internal import Catalog
internal import Ingestion

/// `tidemark rejected NAME`: the entities that failed validation, and why.
struct RejectedList: TableDisplayable {
    let provider: String
    let entities: [RejectedEntity]
    /// The time by which their age is told, in milliseconds since 1970.
    let now: Int64

    var json: JSON {
        .array(
            entities.map { entity in
                [
                    "at": time(of: entity).map { .string(Timestamp.text(milliseconds: $0)) } ?? .null,
                    "generation": .integer(entity.generation),
                    "entityRef": entity.entityRef.map(JSON.string) ?? .null, "reason": .string(entity.reason),
                    "entity": .string(entity.entity),
                ]
            }
        )
    }

    var table: Table {
        Table(
            columns: [.text("WHEN"), .number("CYCLE"), .flexible("ENTITY"), .flexible("REASON")],
            rows: entities.map { entity in
                [
                    Table.Cell(time(of: entity).map { Timestamp.relative($0, to: now) } ?? ""),
                    Table.Cell("\(entity.generation)"), Table.Cell(entity.entityRef ?? entity.entity),
                    Table.Cell(entity.reason, .warning),
                ]
            },
            whenEmpty: "No entity of \(provider) was rejected."
        )
    }

    /// An entry's id begins with the time of Redis.
    private func time(of entity: RejectedEntity) -> Int64? {
        Int64(entity.id.prefix { $0 != "-" })
    }
}
