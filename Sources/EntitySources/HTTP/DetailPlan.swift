internal import Ingestion

/// How the details of one kind are asked for, and what is taken of their answers.
struct DetailPlan: Sendable {
    let name: String
    /// Where it is in the configuration: `details.owners`.
    let field: String
    let when: JQExpression?
    let request: RequestPlan
    /// Where all records of all pages are taken; nil where it is one value of one answer.
    let pages: PagePlan?
    /// The one value.
    let value: JQExpression
    let next: NextPages
    let absent: AbsentStatuses
    let concurrency: Int
    let isQuery: Bool

    /// Every jq expression.
    var expressions: [JQExpression] {
        [when, value].compactMap(\.self) + request.expressions + (pages?.expressions ?? [])
    }

    init(
        _ detail: HTTPSource.Detail,
        below chain: HTTPSource.Chain,
        of configuration: HTTPSource.Configuration,
        at prefix: String,
        base: SourceURL,
        _ credentials: Credentials
    ) throws(SourceConfigurationError) {
        name = detail.name
        field = "\(prefix)details.\(name)"
        concurrency = detail.concurrency
        isQuery = GraphQLJudge.isQuery(detail.chain.body)
        let own = detail.chain
        let isList = own.pagination != .none || own.records != nil
        var problem: (key: String, message: String)?
        if own.entity != nil || !own.details.isEmpty || !own.each.isEmpty {
            problem = ("", "a detail becomes a part of its record: it has no `entity`, `details` or `each`")
        }
        if !(1...64).contains(concurrency) { problem = (".concurrency", "must be from 1 to 64") }
        if isList, detail.value != nil {
            problem = (".value", "is one value of one answer; with `pagination` or `records` all records make an array")
        }
        if case .requests = own.pagination {
            problem = (".pagination.requests", "can fork, which a detail cannot: use another pagination, or `each`")
        }
        if let problem { throw SourceConfigurationError(field: field + problem.key, message: problem.message) }

        let variables = configuration.variables(at: prefix)
        when = detail.when.map { JQExpression($0, field: "\(prefix)details.\(detail.name).when", variables: variables) }
        value = JQExpression(detail.value ?? ".", field: field + ".value", variables: variables)
        let inherited = own.inheriting(from: chain)
        request = try RequestPlan(inherited, of: configuration, at: field + ".", base: base, seesPlace: false)
        try credentials.check(own.url, field: field + ".url")
        // A detail has no cursor that could expire.
        pages = isList ? try PagePlan(inherited, of: configuration, at: field + ".") : nil
        next = NextPages(inherited, at: field + ".", credentials: credentials)
        absent = try AbsentStatuses(own.absent, field: field + ".absent")
    }
}
