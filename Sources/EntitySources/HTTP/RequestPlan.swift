internal import Catalog
internal import Ingestion

/// The configured request, its templates read, from which each request is made.
struct RequestPlan: Sendable {
    let method: String
    let origin: SourceURL.Origin
    private let url: Template
    private let headers: [(name: String, value: Template)]
    private let query: [(name: String, value: JSONTemplate)]
    private let body: Body?
    private let cursorParameter: String?
    private let userAgent: String

    private enum Body: Sendable {
        case json(JSONTemplate)
        case text(Template)
        /// `{"cursor": …}`, for a source without a mapping.
        case cursor
    }

    init(_ configuration: HTTPSource.Configuration) throws(SourceConfigurationError) {
        let method = configuration.method.uppercased()
        guard !method.isEmpty, method.utf8.allSatisfy({ $0.isLetter }) else {
            throw SourceConfigurationError(field: "method", message: "\"\(method)\" is not an HTTP method")
        }
        self.method = configuration.isMapped ? method : "POST"
        url = try Template(configuration.url, field: "url")
        origin = try RequestPlan.origin(of: url)
        headers = try RequestPlan.headers(configuration)
        userAgent = configuration.userAgent
        var query: [(name: String, value: JSONTemplate)] = []
        for (name, value) in configuration.query.sorted(by: { $0.key < $1.key }) {
            guard value.object == nil else {
                throw SourceConfigurationError(
                    field: "query.\(name)",
                    message: "an object has no form as a query parameter; it can be text, a number, a boolean or a list"
                )
            }
            query.append((name, try JSONTemplate(value, field: "query.\(name)")))
        }
        self.query = query
        switch configuration.body {
        case .json(let value): body = .json(try JSONTemplate(value, field: "body"))
        case .text(let text): body = .text(try Template(text, field: "body"))
        case nil: body = configuration.isMapped ? nil : .cursor
        }
        cursorParameter = configuration.pagination.parameter
        try checkThatTheCursorIsSent(configuration.pagination)
    }

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

    /// The request for a cursor.
    ///
    /// - Parameter evaluate: gives the value of a template's expression for the input that this calls it with.
    func request(
        for cursor: HTTPCursor,
        pagination: HTTPSource.Pagination,
        _ evaluate: (JQExpression, JSON) throws -> JSON
    ) throws -> PreparedRequest {
        let input = pagination.templateInput(for: cursor)
        let value: (JQExpression) throws -> JSON = { try evaluate($0, input) }
        var change: RequestChange?
        if case .request(let named) = cursor { change = named }

        var request = PreparedRequest(method: method, url: try firstURL(value), headers: [], privateHeaders: [])
        if case .url(let link) = cursor {
            request.url = try link.resolved(against: request.url)
        } else {
            if let link = change?.url { request.url = try link.resolved(against: request.url) }
            // What the source names in a link is complete; only the first URL and changes of it get the parameters.
            if change?.url == nil {
                for (name, template) in query { request.url.setParameter(name, try template.value(value).parameters) }
            }
            for (name, value) in (change?.query ?? [:]).sorted(by: { $0.key < $1.key }) {
                request.url.setParameter(name, value.parameters)
            }
            if let name = cursorParameter, let value = input.object?.values.first, !value.isNull {
                request.url.setParameter(name, value.parameters)
            }
        }
        try addBody(to: &request, change?.body, cursor, value)
        try addHeaders(to: &request, value)
        return request
    }

    private func firstURL(_ evaluate: (JQExpression) throws -> JSON) throws -> SourceURL {
        let text = try url.text(evaluate)
        guard let parsed = SourceURL(text), parsed.origin == origin else {
            throw SourceError(.mappingFailed, "the template of `url` does not give a URL of \(origin)")
        }
        return parsed
    }

    private func addBody(
        to request: inout PreparedRequest,
        _ change: JSON?,
        _ cursor: HTTPCursor,
        _ evaluate: (JQExpression) throws -> JSON
    ) throws {
        switch body {
        case _ where change != nil: request.body = change?.bytes
        case .json(let template): request.body = try template.value(evaluate).bytes
        case .text(let template):
            request.body = Array(try template.text(evaluate).utf8)
            return
        case .cursor: request.body = JSON.object(["cursor": cursor.stored ?? .null]).bytes
        case nil: return
        }
        request.headers.append(("Content-Type", "application/json"))
    }

    private func addHeaders(to request: inout PreparedRequest, _ evaluate: (JQExpression) throws -> JSON) throws {
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
        for (name, value) in [("Accept", "application/json"), ("User-Agent", userAgent)]
        where !request.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            request.headers.append((name, value))
        }
        request.headers.append(("Accept-Encoding", "gzip, deflate"))
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

extension String {
    fileprivate func resolved(against base: SourceURL) throws(SourceError) -> SourceURL {
        guard let url = base.resolving(self) else {
            throw SourceError(.invalidPage, "the next page's URL is not an http or https URL")
        }
        return url
    }
}
