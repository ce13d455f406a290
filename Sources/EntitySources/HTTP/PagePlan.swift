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
    /// The key of the last record.
    let key: JQExpression?
    /// Whether the chain ends here, over the page or its last record.
    let until: JQExpression?
    let untilLastRecord: JQExpression?
    let expired: JQExpression?

    /// Every expression.
    var expressions: [JQExpression] {
        [records, entity, next, end, key, until, untilLastRecord, expired].compactMap(\.self)
    }

    init(_ configuration: HTTPSource.Configuration) throws(SourceConfigurationError) {
        let chain = configuration.chain
        records = chain.records.map { JQExpression($0, field: "records") }
        entity = chain.entity.map { JQExpression($0, field: "entity") }
        expired = configuration.expired.when.map { JQExpression($0, field: "expired.when") }
        list = LeadingPath(chain.records ?? ".")
        switch chain.pagination {
        case .none, .linkHeader, .page, .offset, .keyset: next = nil
        case .cursor(let text, _, _): next = JQExpression(text, field: "pagination.cursor.next")
        case .nextURL(let text): next = JQExpression(text, field: "pagination.nextURL")
        case .requests(let text):
            next = JQExpression(text, field: "pagination.requests", variables: ["request"])
        }
        end = try PagePlan.end(chain, list)
        if case .keyset(let last, _, _, _) = chain.pagination {
            key = JQExpression(last, field: "pagination.keyset.last")
        } else {
            key = nil
        }
        (until, untilLastRecord) = (chain.until?.page, chain.until?.lastRecord)
        if chain.pagination == .none, chain.until != nil {
            throw SourceConfigurationError(
                field: "until",
                message: "there is only one page that it could end at: say how one leads to the next (`pagination`)"
            )
        }
        if untilLastRecord != nil, list == nil {
            throw PagePlan.unknownList("the last record is the last one of it")
        }
        if case .offset = chain.pagination, list == nil {
            throw PagePlan.unknownList("an offset counts the records before that")
        }
        if key != nil, list == nil { throw PagePlan.unknownList("the last key is that of its last record") }
    }

    private static func end(
        _ chain: HTTPSource.Chain,
        _ list: LeadingPath?
    ) throws(SourceConfigurationError) -> JQExpression? {
        guard let condition = chain.pagination.end, let kind = chain.pagination.names?.kind else { return nil }
        let field = "pagination.\(kind).end"
        switch condition {
        case .emptyPage:
            guard list != nil else {
                throw unknownList("an empty page is one without records before that; or say `end: { hasMore: … }`")
            }
            return nil
        case .shortPage:
            guard chain.pageSize != nil else {
                throw SourceConfigurationError(
                    field: field,
                    message: "a page is short if it has fewer records than were asked for: say how many (`pageSize`)"
                )
            }
            guard list != nil else { throw unknownList("a short page is one with few records before that") }
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

    private static func unknownList(_ reason: String) -> SourceConfigurationError {
        SourceConfigurationError(
            field: "records",
            message: "must begin with the path of the page's array, as `.items[] | select(…)` does: \(reason)"
        )
    }
}

extension HTTPSource.Until {
    fileprivate var page: JQExpression? {
        if case .page(let text) = self { JQExpression(text, field: "until.page") } else { nil }
    }

    fileprivate var lastRecord: JQExpression? {
        if case .lastRecord(let text) = self { JQExpression(text, field: "until.lastRecord") } else { nil }
    }
}
