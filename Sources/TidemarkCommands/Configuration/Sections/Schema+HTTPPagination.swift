internal import Catalog
internal import EntitySources

/// The settings of the paginations that have several.
private struct Paging: Sendable {
    var next = ""
    var parameter: HTTPSource.Parameter?
    var part = HTTPSource.Parameter.Part.query
    var first: JSON?
    var number = 0
    var end = HTTPSource.End.emptyPage

    /// What carries the value.
    var carrier: HTTPSource.Parameter? {
        parameter.map { HTTPSource.Parameter($0.name, in: part) }
    }
}

extension Schema where Value == HTTPSource.Pagination {
    /// `source.http.pagination`.
    static var httpPagination: Schema {
        .choice([
            Choice("none", nothing, "One page is all.") { _ in .none },
            Choice("cursor", cursor, "The body holds the next cursor.") {
                .cursor(next: $0.next, parameter: $0.carrier, first: $0.first)
            },
            Choice("nextURL", .nonEmptyString, "jq: the URL of the next page, from the body.") { .nextURL($0) },
            Choice("linkHeader", linkHeader, "The Link header has the next page (RFC 8288).") {
                .linkHeader(relation: $0.next)
            },
            Choice("page", page, "Pages are numbered.") {
                .page(parameter: $0.carrier, first: $0.number, end: $0.end)
            },
            Choice("offset", offset, "Pages begin at a record.") {
                .offset(parameter: $0.carrier, first: $0.number, end: $0.end)
            },
            Choice(
                "keyset",
                keyset,
                "A page begins after the key of the last record before it; the source lists its records in the order of that key."
            ) {
                .keyset(last: $0.next, parameter: $0.carrier, first: $0.first, end: $0.end)
            },
            Choice(
                "requests",
                Schema<String>.nonEmptyString.sent,
                "jq: the requests that follow; several fork the chain."
            ) {
                .requests($0)
            },
        ])
    }

    private static var nothing: Schema<Paging> { .record({ Paging() }, []) }

    private static var cursor: Schema<Paging> {
        .record(
            { Paging() },
            [
                Field(
                    "next",
                    .nonEmptyString,
                    required: true,
                    \.next,
                    "jq: the next cursor, from the body; null, \"\" or false is the end."
                ),
                parameter(), part,
                Field("first", Schema<JSON>.any.sent, "The cursor of the first request; it has none otherwise.") {
                    $0.first = $1
                },
            ]
        )
    }

    private static var linkHeader: Schema<Paging> {
        .record(
            { Paging(next: "next") },
            [Field("relation", .nonEmptyString, default: "next", \.next, "The relation to follow.")]
        )
    }

    private static var page: Schema<Paging> {
        .record(
            { Paging(parameter: "page", number: 1) },
            [
                parameter("page"), part,
                Field("first", .integer(0...1_000_000_000), default: 1, \.number, "The number of the first page."),
                Field("end", .pageEnd, default: "emptyPage", \.end, "When there are no more pages."),
            ]
        )
    }

    private static var offset: Schema<Paging> {
        .record(
            { Paging(parameter: "offset") },
            [
                parameter("offset"), part,
                Field(
                    "first",
                    .integer(0...1_000_000_000),
                    default: 0,
                    \.number,
                    "The offset of the first record: 1 where a source counts from there."
                ),
                Field("end", .offsetEnd, default: "emptyPage", \.end, "When there are no more pages."),
            ]
        )
    }

    private static var keyset: Schema<Paging> {
        .record(
            { Paging() },
            [
                Field(
                    "last",
                    .nonEmptyString,
                    required: true,
                    \.next,
                    "jq over a page's last record in the source, whether or not `records` picks it: its key, text or a whole number."
                ),
                parameter(), part,
                Field("first", Schema<JSON>.any.sent, "The key of the first request; it has none otherwise.") {
                    $0.first = $1
                },
                Field("end", .keysetEnd, default: "emptyPage", \.end, "When there are no more pages."),
            ]
        )
    }

    private static func parameter(_ name: String? = nil) -> Field<Paging> {
        Field(
            "parameter",
            Schema<HTTPSource.Parameter>.parameterName.nullable,
            default: name.map { .string($0) },
            "The query parameter, the header, or the path in the JSON body (`variables.after`) that carries it; "
                + "\(name == nil ? "none" : "null") where a template does."
        ) { $0.parameter = $1 }
    }

    private static var part: Field<Paging> {
        Field("in", .word, default: "query", \.part, "Where `parameter` is.")
    }
}

extension Schema where Value == HTTPSource.PageSize {
    /// `source.http.pageSize`.
    static var httpPageSize: Schema {
        .record(
            { HTTPSource.PageSize("", size: 1) },
            [
                Field(
                    "parameter",
                    .parameterName,
                    required: true,
                    "The query parameter, the header, or the path in the JSON body that carries it."
                ) { $0.parameter.name = $1.name },
                Field("in", .word, default: "query", \.parameter.part, "Where `parameter` is."),
                Field(
                    "size",
                    .integer(1...1_000_000),
                    required: true,
                    \.size,
                    "How many records. A source that gives fewer, as it caps the number, is read to its end all the same."
                ),
            ]
        )
    }
}

extension Schema where Value == HTTPSource.Until {
    /// `source.http.until`.
    static var httpUntil: Schema {
        .choice([
            Choice(
                "lastRecord",
                .nonEmptyString,
                "jq over a page's last record in the source: true or false. It is not asked on a page without records."
            ) { .lastRecord($0) },
            Choice("page", .nonEmptyString, "jq over the page: true or false.") { .page($0) },
        ])
    }
}

extension Schema where Value == HTTPSource.Parameter {
    fileprivate static var parameterName: Schema {
        Schema<String>.nonEmptyString.map { HTTPSource.Parameter($0) }
    }
}

extension Schema where Value == HTTPSource.End {
    fileprivate static var pageEnd: Schema {
        choice([
            emptyPage, shortPage, hasMore,
            Choice("lastPage", .nonEmptyString, "jq over the page: the number of the last page.") { .lastPage($0) },
        ])
    }

    fileprivate static var offsetEnd: Schema {
        choice([
            emptyPage, shortPage, hasMore,
            Choice("total", .nonEmptyString, "jq over the page: how many records there are in all.") { .total($0) },
        ])
    }

    fileprivate static var keysetEnd: Schema { choice([emptyPage, shortPage, hasMore]) }

    private static var emptyPage: Choice<Value> {
        Choice("emptyPage", Schema<Bool>.record({ true }, []), "At a page without records.") { _ in .emptyPage }
    }

    private static var shortPage: Choice<Value> {
        Choice(
            "shortPage",
            Schema<Bool>.record({ true }, []),
            "At a page with fewer records than `pageSize`, once a page had that many. For sources whose every page but the last is full."
        ) { _ in .shortPage }
    }

    private static var hasMore: Choice<Value> {
        Choice("hasMore", .nonEmptyString, "jq over the page: true while there is more.") { .hasMore($0) }
    }
}
