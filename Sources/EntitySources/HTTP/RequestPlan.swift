internal import Catalog
internal import Ingestion

/// The configured request of a chain, its templates read, from which each request is made.
struct RequestPlan: Sendable {
    let method: String
    /// What a relative URL is relative to.
    let base: SourceURL
    private let pagination: HTTPSource.Pagination
    private let url: Template
    private let isFirst: Bool
    private let headers: [(name: String, value: Template)]
    private let query: [(name: String, value: JSONTemplate)]
    private let body: Body?
    /// What carries the pagination's value.
    private let carrier: Carrier?
    private let pageSize: (carrier: Carrier, value: JSON)?
    private let userAgent: String

    private enum Body: Sendable {
        case json(JSONTemplate)
        case text(Template)
        /// `{"cursor": …}`, for a source without a mapping.
        case cursor
    }

    /// The request that a source starts with.
    init(_ configuration: HTTPSource.Configuration) throws(SourceConfigurationError) {
        try self.init(configuration.chain, of: configuration)
    }

    /// - Parameters:
    ///   - prefix: where the chain is in the configuration, such as `each.repositories.`.
    ///   - base: what its URL is relative to; nil for the source's first chain, which names the host.
    ///   - seesPlace: whether the input of templates is the place in the chain.
    init(
        _ chain: HTTPSource.Chain,
        of configuration: HTTPSource.Configuration,
        at prefix: String = "",
        base: SourceURL? = nil,
        seesPlace: Bool = true
    ) throws(SourceConfigurationError) {
        let isMapped = base != nil || configuration.isMapped
        let variables = configuration.variables(at: prefix)
        let method = chain.method.uppercased()
        guard !method.isEmpty, method.utf8.allSatisfy({ $0.isLetter }) else {
            throw SourceConfigurationError(field: prefix + "method", message: "\"\(method)\" is not an HTTP method")
        }
        self.method = isMapped ? method : "POST"
        pagination = chain.pagination
        url = try Template(chain.url, field: prefix + "url", variables: variables)
        isFirst = base == nil
        self.base = if let base { base } else { try RequestPlan.base(of: url) }
        headers = try RequestPlan.headers(chain, of: configuration, at: prefix)
        userAgent = configuration.userAgent
        query = try RequestPlan.query(chain, of: configuration, at: prefix)
        switch chain.body {
        case .json(let value): body = .json(try JSONTemplate(value, field: prefix + "body", variables: variables))
        case .text(let text): body = .text(try Template(text, field: prefix + "body", variables: variables))
        case nil: body = isMapped ? nil : .cursor
        }
        carrier = try chain.pagination.parameter.map { (parameter) throws(SourceConfigurationError) in
            let field = "\(prefix)pagination.\(chain.pagination.names?.kind ?? "").parameter"
            return try Carrier(parameter, of: chain, configuration.authentication, field: field)
        }
        pageSize = try chain.pageSize.map { (pageSize) throws(SourceConfigurationError) in
            let field = prefix + "pageSize.parameter"
            let carrier = try Carrier(pageSize.parameter, of: chain, configuration.authentication, field: field)
            return (carrier: carrier, value: .integer(Int64(pageSize.size)))
        }
        guard carrier == nil || carrier != pageSize?.carrier else {
            throw SourceConfigurationError(
                field: prefix + "pageSize.parameter",
                message: "carries what the pagination sends"
            )
        }
        try checkThatTheCursorIsSent(chain.pagination, at: prefix, bySomeTemplate: seesPlace)
    }

    /// Where the template of the URL is in the configuration.
    var field: String { url.field }

    /// The host that the source's credentials are bound to.
    var origin: SourceURL.Origin { base.origin }

    /// Every jq expression of the templates.
    var expressions: [JQExpression] {
        var found = url.expressions + headers.flatMap(\.value.expressions) + query.flatMap(\.value.expressions)
        switch body {
        case .json(let template): found += template.expressions
        case .text(let template): found += template.expressions
        case .cursor, nil: break
        }
        return found
    }

    /// The request for a place in the chain.
    ///
    /// - Parameters:
    ///   - start: what the first request of the chain has otherwise than the configured one.
    ///   - evaluate: gives the value of a template's expression for the input that this calls it with.
    func request(
        for place: HTTPCursor.Place,
        from start: RequestChange? = nil,
        _ evaluate: (JQExpression, JSON) throws -> JSON
    ) throws -> PreparedRequest {
        let input = pagination.templateInput(for: place)
        let value: (JQExpression) throws -> JSON = { try evaluate($0, input) }
        var change = start
        var link: String?
        switch place {
        case .request(let named): (change, link) = (named, named.url)
        case .url(let url): link = url
        default: break
        }
        let url = if let link { try link.resolved(against: base) } else { try configuredURL(change?.url, value) }
        var request = PreparedRequest(method: method, url: url, headers: [], privateHeaders: [])
        // What the source names in a link is complete.
        if link == nil {
            for (name, template) in query { request.url.setParameter(name, try template.value(value).parameters) }
            if case .query(let name)? = pageSize?.carrier {
                request.url.setParameter(name, pageSize?.value.parameters ?? [])
            }
        }
        if case .url = place {
        } else {
            for (name, value) in (change?.query ?? [:]).sorted(by: { $0.key < $1.key }) {
                request.url.setParameter(name, value.parameters)
            }
        }
        if case .query(let name)? = carrier, !pagination.value(of: place).isNull {
            request.url.setParameter(name, pagination.value(of: place).parameters)
        }
        try addBody(to: &request, change?.body, at: place, value)
        try addHeaders(to: &request, at: place, value)
        return request
    }

    /// What the request for a place carries: the page size, and the place unless it has no value.
    private func carried(at place: HTTPCursor.Place) -> [(carrier: Carrier, value: JSON)] {
        let value = pagination.value(of: place)
        return [pageSize, value.isNull ? nil : carrier.map { ($0, value) }].compactMap(\.self)
    }

    /// - Parameter start: the URL in place of the template's.
    private func configuredURL(_ start: String?, _ evaluate: (JQExpression) throws -> JSON) throws -> SourceURL {
        if let start { return try start.resolved(against: base) }
        let text = try url.text(evaluate)
        guard let url = isFirst ? SourceURL(text) : base.resolving(text), !isFirst || url.origin == origin else {
            let wanted = isFirst ? "a URL of \(origin)" : "an http or https URL, or one relative to \(base.text)"
            throw SourceError(.mappingFailed, "the template of `\(self.url.field)` does not give \(wanted)")
        }
        return url
    }

    private func addBody(
        to request: inout PreparedRequest,
        _ change: JSON?,
        at place: HTTPCursor.Place,
        _ evaluate: (JQExpression) throws -> JSON
    ) throws {
        var json: JSON?
        switch body {
        case _ where change != nil: json = change
        case .json(let template): json = try template.value(evaluate)
        case .text(let template):
            request.body = Array(try template.text(evaluate).utf8)
            return
        case .cursor: json = ["cursor": pagination.value(of: place)]
        case nil: break
        }
        for (carrier, value) in carried(at: place) {
            guard case .body(let path) = carrier else { continue }
            guard json == nil || json?.object != nil else {
                throw SourceError(
                    .invalidPage,
                    "the body of a next request is no object that could have a member `\(path[0])`"
                )
            }
            json = (json ?? [:]).setting(value, at: path[...])
        }
        guard let json else { return }
        request.body = json.bytes
        request.headers.append(("Content-Type", "application/json"))
    }

    private func addHeaders(
        to request: inout PreparedRequest,
        at place: HTTPCursor.Place,
        _ evaluate: (JQExpression) throws -> JSON
    ) throws {
        for (name, template) in headers {
            let value = try template.value(evaluate)
            if value.isNull { continue }
            if Credentials.isHarmless(header: name) {
                request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
                request.headers.append((name, value.interpolated))
            } else {
                request.privateHeaders.append((name, value.interpolated))
            }
        }
        for (carrier, value) in carried(at: place) {
            if case .header(let name) = carrier { request.headers.append((name, value.interpolated)) }
        }
        for (name, value) in [("Accept", "application/json"), ("User-Agent", userAgent)]
        where !request.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            request.headers.append((name, value))
        }
        request.headers.append(("Accept-Encoding", "gzip, deflate"))
        for (name, value) in request.headers + request.privateHeaders where value.utf8.contains(where: \.isControl) {
            throw SourceError(.invalidPage, "the header `\(name)` would have a control character from the source in it")
        }
    }
}

extension JSON {
    /// The values of a query parameter.
    fileprivate var parameters: [String] {
        switch self {
        case .null: []
        case .array(let values): values.filter { !$0.isNull }.map(\.interpolated)
        default: [interpolated]
        }
    }
}

extension UInt8 {
    /// What no header may hold.
    var isControl: Bool { self < 0x20 && self != 0x09 || self == 0x7F }
}

extension String {
    fileprivate func resolved(against base: SourceURL) throws(SourceError) -> SourceURL {
        guard let url = base.resolving(self) else {
            throw SourceError(.invalidPage, "the next page's URL is not an http or https URL")
        }
        return url
    }
}
