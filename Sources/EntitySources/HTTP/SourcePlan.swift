internal import Catalog
internal import Ingestion

/// All that a configuration says: the requests that a cycle starts with, and every kind of chain.
struct SourcePlan: Sendable {
    /// How the chains of one kind are asked for and read.
    struct Chain: Sendable {
        let pagination: HTTPSource.Pagination
        let request: RequestPlan
        let pages: PagePlan
        let next: NextPages
        let absent: AbsentStatuses
        let details: [DetailPlan]
        /// Whether GraphQL queries are sent.
        let isQuery: Bool
        /// How many records a page is asked to have.
        let pageSize: Int?
        /// All of the configuration that shapes what is made of an answer; nil where pages are read in full every time.
        fileprivate(set) var shape: JSON?

        /// Every jq expression but those of the details.
        var expressions: [JQExpression] { request.expressions + pages.expressions }
    }

    /// False for a source that speaks the protocol of `exec` over HTTP.
    let isMapped: Bool
    /// The first cursor of each chain that the cycle starts with; none: the configured request's alone.
    let starts: [HTTPCursor]
    /// What their chains began with, as text: what was stored and read again is the same then, however its numbers were written.
    private let origins: Set<[UInt8]>
    /// By the names of `each` that lead to them; the source's first is at the empty path.
    private(set) var chains: [String: Chain] = [:]

    /// - Parameters:
    ///   - first: the request of the source's first chain.
    init(
        _ configuration: HTTPSource.Configuration,
        first: RequestPlan,
        _ credentials: Credentials
    ) throws(SourceConfigurationError) {
        isMapped = configuration.isMapped
        starts = try SourcePlan.starts(configuration, first, credentials)
        origins = Set(starts.map(\.origin.bytes))
        try add(configuration.chain, first, configuration, credentials)
        guard !configuration.conditional || chains.values.contains(where: { $0.shape != nil }) else {
            throw SourceConfigurationError(
                field: "conditional",
                message:
                    "there is nothing that could be asked for conditionally: only pages of GET requests without `details` can"
            )
        }
    }

    /// Whether a cursor is one of a chain that the cycle starts with.
    func has(_ cursor: HTTPCursor) -> Bool {
        guard !starts.isEmpty else { return cursor.start == nil && cursor.parent.isNull }
        return origins.contains(cursor.origin.bytes)
    }

    /// - Parameters:
    ///   - path: the names that lead to the chain.
    ///   - field: where it is in the configuration, such as `each.repositories.`.
    private mutating func add(
        _ chain: HTTPSource.Chain,
        _ request: RequestPlan,
        _ configuration: HTTPSource.Configuration,
        _ credentials: Credentials,
        path: String = "",
        at field: String = ""
    ) throws(SourceConfigurationError) {
        var details: [DetailPlan] = []
        for detail in chain.details {
            guard !details.contains(where: { $0.name == detail.name }) else {
                throw SourceConfigurationError(field: "\(field)details.\(detail.name)", message: "is there twice")
            }
            details.append(
                try DetailPlan(detail, below: chain, of: configuration, at: field, base: request.base, credentials)
            )
        }
        var plan = Chain(
            pagination: chain.pagination,
            request: request,
            pages: try PagePlan(chain, of: configuration, at: field),
            next: NextPages(chain, at: field, credentials: credentials),
            absent: try AbsentStatuses(chain.absent, field: field + "absent"),
            details: details,
            isQuery: GraphQLJudge.isQuery(chain.body),
            pageSize: chain.pageSize?.size
        )
        // What details say of a record may change while the page stays as it is.
        if configuration.conditional, isMapped, request.method == "GET", details.isEmpty {
            plan.shape = plan.makeShape()
        }
        chains[path] = plan
        for each in chain.each {
            let name = "\(field)each.\(each.name)"
            guard each.name.isPlainName else {
                throw SourceConfigurationError(field: name, message: "the name may have letters, digits, - and _ only")
            }
            let below = path.isEmpty ? each.name : "\(path)/\(each.name)"
            guard chains[below] == nil else { throw SourceConfigurationError(field: name, message: "is there twice") }
            let inherited = each.chain.inheriting(from: chain)
            let plan = try RequestPlan(inherited, of: configuration, at: name + ".", base: request.base)
            try credentials.check(each.chain.url, field: name + ".url")
            try add(inherited, plan, configuration, credentials, path: below, at: name + ".")
        }
    }

    private static func starts(
        _ configuration: HTTPSource.Configuration,
        _ first: RequestPlan,
        _ credentials: Credentials
    ) throws(SourceConfigurationError) -> [HTTPCursor] {
        var starts: [HTTPCursor] = []
        var seen: Set<HTTPCursor> = []
        for (index, start) in configuration.start.enumerated() {
            let field = "start[\(index)]"
            let change = RequestChange(url: start.url, query: start.query, body: start.body)
            let cursor = HTTPCursor(parent: start.parent ?? .null, start: change)
            guard !(cursor.stored ?? .null).hasTemplate else {
                throw SourceConfigurationError(
                    field: field,
                    message:
                        "has \\(…) in it, but is no template: give it a `parent`, and use $parent in `url`, `query` or `body`"
                )
            }
            if let url = start.url {
                guard let resolved = first.base.resolving(url) else {
                    throw SourceConfigurationError(field: field + ".url", message: "not an http or https URL")
                }
                try credentials.check(resolved.text, field: field + ".url")
            }
            if start.body != nil, case .text = configuration.chain.body {
                throw SourceConfigurationError(
                    field: field + ".body",
                    message: "takes the place of a JSON body, and `body` is text"
                )
            }
            guard seen.insert(cursor).inserted else {
                throw SourceConfigurationError(field: field, message: "is there twice")
            }
            starts.append(cursor)
        }
        return starts
    }
}

extension SourcePlan.Chain {
    fileprivate func makeShape() -> JSON {
        [
            "expressions": .array(expressions.map { [.string($0.field), .string($0.text)] }),
            "pagination": .string("\(pagination)"), "pageSize": pageSize.map { .integer(Int64($0)) } ?? .null,
        ]
    }
}

extension HTTPCursor {
    /// What its chain began with.
    fileprivate var origin: JSON { ["start": start?.json ?? .null, "parent": parent] }
}

extension HTTPSource.Chain {
    /// The chain with the headers of the one above it that need no expression.
    func inheriting(from parent: HTTPSource.Chain) -> HTTPSource.Chain {
        var chain = self
        for (name, value) in parent.headers where !value.contains("\\(") {
            let isOwn = headers.keys.contains { $0.lowercased() == name.lowercased() }
            if !isOwn { chain.headers[name] = value }
        }
        return chain
    }
}

extension Credentials {
    /// Refuses a URL that names another host than the configured one and those allowed by name.
    func check(_ url: String, field: String) throws(SourceConfigurationError) {
        let constant = try Template(url, field: field).prefix
        let parts = URLParts(constant)
        guard parts.scheme != nil, let named = SourceURL(constant) else { return }
        do throws(SourceError) {
            try check(named, "this URL")
        } catch {
            throw SourceConfigurationError(field: field, message: error.message)
        }
    }
}

extension String {
    var isPlainName: Bool {
        !isEmpty && utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }
}

extension JSON {
    fileprivate var hasTemplate: Bool {
        switch self {
        case .string(let text): text.contains("\\(")
        case .array(let values): values.contains(where: \.hasTemplate)
        case .object(let members): members.values.contains(where: \.hasTemplate)
        default: false
        }
    }
}
