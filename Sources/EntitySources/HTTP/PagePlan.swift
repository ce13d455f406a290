/// The expressions over a page, and what the pagination wants to know of it.
struct PagePlan: Sendable {
    let records: JQExpression?
    let entity: JQExpression?
    /// Where the source's own records are: at the path with which `records` begins. Nil where that cannot be told.
    let list: LeadingPath?
    /// Next cursor, next URL or next requests.
    let next: JQExpression?
    /// Whether there are more, how many records, or which page is the last.
    let end: JQExpression?
    let expired: JQExpression?

    /// Every expression.
    var expressions: [JQExpression] {
        [records, entity, next, end, expired].compactMap(\.self)
    }

    init(_ configuration: HTTPSource.Configuration) throws(SourceConfigurationError) {
        records = configuration.records.map { JQExpression($0, field: "records") }
        entity = configuration.entity.map { JQExpression($0, field: "entity") }
        expired = configuration.expired.when.map { JQExpression($0, field: "expired.when") }
        let list = LeadingPath(configuration.records ?? ".")
        self.list = list
        switch configuration.pagination {
        case .none, .linkHeader: (next, end) = (nil, nil)
        case .cursor(let text, _): (next, end) = (JQExpression(text, field: "pagination.cursor.next"), nil)
        case .nextURL(let text): (next, end) = (JQExpression(text, field: "pagination.nextURL"), nil)
        case .requests(let text):
            (next, end) = (JQExpression(text, field: "pagination.requests", variable: "request"), nil)
        case .page(_, _, let condition):
            (next, end) = (nil, try PagePlan.end(condition, of: "page", list))
        case .offset(_, let condition):
            (next, end) = (nil, try PagePlan.end(condition, of: "offset", list))
            guard list != nil else { throw PagePlan.unknownList("offset", "an offset counts the records before that") }
        }
    }

    private static func end(
        _ condition: HTTPSource.End,
        of kind: String,
        _ list: LeadingPath?
    ) throws(SourceConfigurationError) -> JQExpression? {
        let field = "pagination.\(kind).end"
        switch condition {
        case .emptyPage:
            guard list != nil else {
                throw unknownList(
                    kind,
                    "an empty page is one without records before that; or say `end: { hasMore: … }`"
                )
            }
            return nil
        case .hasMore(let text): return JQExpression(text, field: field + ".hasMore")
        case .total(let text) where kind == "offset": return JQExpression(text, field: field + ".total")
        case .lastPage(let text) where kind == "page": return JQExpression(text, field: field + ".lastPage")
        case .total, .lastPage:
            throw SourceConfigurationError(
                field: field,
                message: "`total` is for offsets and `lastPage` for numbered pages"
            )
        }
    }

    private static func unknownList(_ kind: String, _ reason: String) -> SourceConfigurationError {
        SourceConfigurationError(
            field: "records",
            message: "must begin with the path of the page's array, as `.items[] | select(…)` does: \(reason)"
        )
    }
}
