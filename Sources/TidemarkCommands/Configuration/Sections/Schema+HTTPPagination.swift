internal import Catalog
internal import EntitySources

/// The settings of the paginations that have several.
private struct Paging: Sendable {
    var next = ""
    var parameter: String?
    var first = 1
    var end = HTTPSource.End.emptyPage
}

extension Schema where Value == HTTPSource.Pagination {
    /// `source.http.pagination`.
    static var httpPagination: Schema {
        .choice([
            Choice("none", nothing, "One page is all.") { _ in .none },
            Choice("cursor", cursor, "The body holds the next cursor.") {
                .cursor(next: $0.next, parameter: $0.parameter)
            },
            Choice("nextURL", .nonEmptyString, "jq: the URL of the next page, from the body.") { .nextURL($0) },
            Choice("linkHeader", linkHeader, "The Link header has the next page (RFC 8288).") {
                .linkHeader(relation: $0.next)
            },
            Choice("page", page, "Pages are numbered.") {
                .page(parameter: $0.parameter, first: $0.first, end: $0.end)
            },
            Choice("offset", offset, "Pages begin at a record.") { .offset(parameter: $0.parameter, end: $0.end) },
            Choice("requests", .nonEmptyString, "jq: the requests that follow; several fork the chain.") {
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
                Field(
                    "parameter",
                    .nonEmptyString,
                    \.parameter,
                    "The query parameter that carries it; none where a template does."
                ),
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
            { Paging(parameter: "page") },
            [
                parameter("page"),
                Field("first", .integer(0...1_000_000_000), default: 1, \.first, "The number of the first page."),
                Field("end", .pageEnd, default: "emptyPage", \.end, "When there are no more pages."),
            ]
        )
    }

    private static var offset: Schema<Paging> {
        .record(
            { Paging(parameter: "offset") },
            [
                parameter("offset"),
                Field("end", .offsetEnd, default: "emptyPage", \.end, "When there are no more pages."),
            ]
        )
    }

    private static func parameter(_ name: String) -> Field<Paging> {
        Field(
            "parameter",
            Schema<String>.nonEmptyString.nullable,
            default: .string(name),
            "The query parameter that carries it; null where a template does."
        ) { $0.parameter = $1 }
    }
}

extension Schema where Value == HTTPSource.End {
    fileprivate static var pageEnd: Schema {
        choice([
            emptyPage, hasMore,
            Choice("lastPage", .nonEmptyString, "jq over the page: the number of the last page.") { .lastPage($0) },
        ])
    }

    fileprivate static var offsetEnd: Schema {
        choice([
            emptyPage, hasMore,
            Choice("total", .nonEmptyString, "jq over the page: how many records there are in all.") { .total($0) },
        ])
    }

    private static var emptyPage: Choice<Value> {
        Choice("emptyPage", Schema<Bool>.record({ true }, []), "At a page without records.") { _ in .emptyPage }
    }

    private static var hasMore: Choice<Value> {
        Choice("hasMore", .nonEmptyString, "jq over the page: true while there is more.") { .hasMore($0) }
    }
}
