internal import Administration
internal import Catalog
internal import Ingestion

/// The jobs that were given up on.
struct DeadJobList: TableDisplayable {
    let jobs: [DeadJob]

    var json: JSON { .array(jobs.map(\.json)) }

    var table: Table {
        Table(
            columns: [.text("JOB"), .number("CYCLE"), .number("ATTEMPTS"), .flexible("CURSOR"), .flexible("ERROR")],
            rows: jobs.map { job in
                [
                    Table.Cell(job.id), Table.Cell("\(job.generation)"), Table.Cell("\(job.attempts)"),
                    Table.Cell(job.cursor ?? "start"), Table.Cell(job.error ?? "", .bad),
                ]
            },
            whenEmpty: "No job was given up on."
        )
    }
}
