/// The expressions over a page, and what the pagination wants to know of it.
struct PagePlan: Sendable {
    let records: JQExpression?
    let entity: JQExpression?
    /// Where the source's own records are: at the path with which `records` begins. Nil where that cannot be told.
    let list: LeadingPath?
    /// Next cursor, next URL or next requests.
    private(set) var next: JQExpression?
    /// Whether there are more, how many records, or which page is the last.
    private(set) var end: JQExpression?
    /// The key of the last record.
    private(set) var key: JQExpression?
    /// Whether the chain ends here, over the page or its last record.
    private(set) var until: JQExpression?
    private(set) var untilLastRecord: JQExpression?
    private(set) var expired: JQExpression?
    /// By name, what `$parent` is in the chains that a record leads to.
    private(set) var each: [(name: String, parent: JQExpression)] = []
    /// Whether records are mapped only when their details are there.
    private(set) var keepsRecords = false

    /// Every expression.
    var expressions: [JQExpression] {
        [records, entity, next, end, key, until, untilLastRecord, expired].compactMap(\.self) + each.map(\.parent)
    }

    /// Pages of records that are not led on by any pagination of this type's.
    init(records: JQExpression?, entity: JQExpression?) {
        (self.records, self.entity) = (records, entity)
        list = LeadingPath(records?.text ?? ".")
    }

    /// - Parameter prefix: where the chain is in the configuration, such as `each.repositories.`.
    init(
        _ chain: HTTPSource.Chain,
        of configuration: HTTPSource.Configuration,
        at prefix: String = ""
    ) throws(SourceConfigurationError) {
        let variables = configuration.variables(at: prefix)
        func expression(_ text: String, _ field: String, _ others: [String] = []) -> JQExpression {
            JQExpression(text, field: prefix + field, variables: variables + others)
        }
        self.init(
            records: chain.records.map { expression($0, "records") },
            entity: chain.entity.map { expression($0, "entity") }
        )
        expired = configuration.expired.when.map { JQExpression($0, field: "expired.when") }
        switch chain.pagination {
        case .none, .linkHeader, .page, .offset: break
        case .cursor(let text, _, _): next = expression(text, "pagination.cursor.next")
        case .nextURL(let text): next = expression(text, "pagination.nextURL")
        case .keyset(let last, _, _, _): key = expression(last, "pagination.keyset.last")
        case .requests(let text): next = expression(text, "pagination.requests", ["request"])
        }
        if let (text, field) = try PagePlan.end(chain, at: prefix) { end = expression(text, field) }
        switch chain.until {
        case .page(let text): until = expression(text, "until.page")
        case .lastRecord(let text): untilLastRecord = expression(text, "until.lastRecord")
        case nil: break
        }
        each = chain.each.map { each in
            let field = "\(prefix)each.\(each.name).parent"
            return (each.name, JQExpression(each.parent, field: field, variables: variables))
        }
        keepsRecords = !chain.details.isEmpty
        try PagePlan.check(chain, list, at: prefix)
    }

    /// Whether records that no `entity` is given for are entities.
    var recordsAreEntities: Bool { each.isEmpty }

    private static func check(
        _ chain: HTTPSource.Chain,
        _ list: LeadingPath?,
        at prefix: String
    ) throws(SourceConfigurationError) {
        if chain.pagination == .none, chain.until != nil {
            throw SourceConfigurationError(
                field: prefix + "until",
                message: "there is only one page that it could end at: say how one leads to the next (`pagination`)"
            )
        }
        guard list == nil else { return }
        let reason: String
        switch (chain.pagination, chain.until, chain.pagination.end) {
        case (_, .lastRecord, _): reason = "the last record is the last one of it"
        case (.offset, _, _): reason = "an offset counts the records before that"
        case (.keyset, _, _): reason = "the last key is that of its last record"
        case (_, _, .emptyPage):
            reason = "an empty page is one without records before that; or say `end: { hasMore: … }`"
        case (_, _, .shortPage): reason = "a short page is one with few records before that"
        default: return
        }
        throw SourceConfigurationError(
            field: prefix + "records",
            message: "must begin with the path of the page's array, as `.items[] | select(…)` does: \(reason)"
        )
    }

    private static func end(
        _ chain: HTTPSource.Chain,
        at prefix: String
    ) throws(SourceConfigurationError) -> (text: String, field: String)? {
        guard let condition = chain.pagination.end, let kind = chain.pagination.names?.kind else { return nil }
        let field = "pagination.\(kind).end"
        switch condition {
        case .emptyPage: return nil
        case .shortPage:
            guard chain.pageSize == nil else { return nil }
            throw SourceConfigurationError(
                field: prefix + field,
                message: "a page is short if it has fewer records than were asked for: say how many (`pageSize`)"
            )
        case .hasMore(let text): return (text, field + ".hasMore")
        case .total(let text) where kind == "offset": return (text, field + ".total")
        case .lastPage(let text) where kind == "page": return (text, field + ".lastPage")
        case .total, .lastPage:
            throw SourceConfigurationError(
                field: prefix + field,
                message: "`total` is for offsets and `lastPage` for numbered pages"
            )
        }
    }
}
