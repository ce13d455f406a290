internal import Catalog

extension RequestPlan {
    /// The URL as far as it is constant. Its host must be, since credentials are bound to it.
    static func base(of url: Template) throws(SourceConfigurationError) -> SourceURL {
        let constant = url.prefix
        let parts = URLParts(constant)
        guard let scheme = parts.scheme, ["http", "https"].contains(scheme.lowercased()),
            let authority = parts.authority
        else {
            throw SourceConfigurationError(
                field: "url",
                message: "not an http or https URL such as https://api.example.com/items"
            )
        }
        guard !authority.contains("@") else {
            throw SourceConfigurationError(
                field: "url",
                message: "has a user or a password in it: use `auth: { basic: … }`"
            )
        }
        let isWhole = constant.dropFirst(scheme.count + 3).contains { "/?#".contains($0) } || url.expressions.isEmpty
        guard isWhole, let base = SourceURL(constant) else {
            throw SourceConfigurationError(
                field: "url",
                message: isWhole ? "its host or port is not valid" : "its host must not come from an expression"
            )
        }
        return base
    }

    static func headers(
        _ chain: HTTPSource.Chain,
        of configuration: HTTPSource.Configuration,
        at prefix: String
    ) throws(SourceConfigurationError) -> [(name: String, value: Template)] {
        var headers: [(name: String, value: Template)] = []
        for (name, value) in chain.headers.sorted(by: { $0.key < $1.key }) {
            let field = "\(prefix)headers.\(name)"
            if let problem = problem(ofHeader: name) { throw SourceConfigurationError(field: field, message: problem) }
            guard !value.utf8.contains(where: \.isControl) else {
                throw SourceConfigurationError(
                    field: field,
                    message: "has a control character, such as a line's end, in it"
                )
            }
            headers.append((name, try Template(value, field: field, variables: configuration.variables(at: prefix))))
        }
        try checkAuthentication(configuration, chain)
        return headers
    }

    /// Why a header of this name cannot be set.
    static func problem(ofHeader name: String) -> String? {
        let isToken = name.utf8.allSatisfy { $0.isLetter || $0.isDigit || "!#$%&'*+-.^_`|~".utf8.contains($0) }
        guard isToken, !name.isEmpty else { return "not the name of an HTTP header" }
        let isOurs = ["host", "content-length", "transfer-encoding", "connection"].contains(name.lowercased())
        return isOurs ? "is set by the client itself" : nil
    }

    static func query(
        _ chain: HTTPSource.Chain,
        of configuration: HTTPSource.Configuration,
        at prefix: String
    ) throws(SourceConfigurationError) -> [(name: String, value: JSONTemplate)] {
        var query: [(name: String, value: JSONTemplate)] = []
        for (name, value) in chain.query.sorted(by: { $0.key < $1.key }) {
            guard value.object == nil else {
                throw SourceConfigurationError(
                    field: "\(prefix)query.\(name)",
                    message: "an object has no form as a query parameter; it can be text, a number, a boolean or a list"
                )
            }
            query.append(
                (
                    name,
                    try JSONTemplate(
                        value,
                        field: "\(prefix)query.\(name)",
                        variables: configuration.variables(at: prefix)
                    )
                )
            )
        }
        return query
    }

    private static func checkAuthentication(
        _ configuration: HTTPSource.Configuration,
        _ chain: HTTPSource.Chain
    ) throws(SourceConfigurationError) {
        let header: String
        let values: [String]
        switch configuration.authentication {
        case .bearer(let token): (header, values) = ("authorization", [token])
        case .basic(let user, _):
            guard !user.contains(":") else {
                throw SourceConfigurationError(field: "auth.basic.user", message: "must not contain a colon (RFC 7617)")
            }
            return
        case .header(let name, let value): (header, values) = (name.lowercased(), [name, value])
        case .query(let name, let value):
            guard !name.isEmpty, !value.isEmpty else {
                throw SourceConfigurationError(field: "auth.query", message: "the name or the value is empty")
            }
            return
        case .oauth2(let client): (header, values) = ("authorization", [client.clientID, client.clientSecret])
        case .gitHubApp(let app): (header, values) = ("authorization", [app.appID])
        case nil: return
        }
        guard values.allSatisfy({ !$0.isEmpty && !$0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }) else {
            throw SourceConfigurationError(
                field: "auth",
                message: "the credential is empty, or has a control character (a line's end at the end of a file?)"
            )
        }
        if chain.headers.contains(where: { $0.key.lowercased() == header }) {
            throw SourceConfigurationError(field: "auth", message: "sets a header that `headers` sets as well")
        }
    }

    /// A cursor that no request carries would give the first page for ever.
    func checkThatTheCursorIsSent(
        _ pagination: HTTPSource.Pagination,
        at prefix: String,
        bySomeTemplate mayBeInTemplate: Bool
    ) throws(SourceConfigurationError) {
        guard let (kind, place) = pagination.names, pagination.parameter == nil,
            !mayBeInTemplate || !expressions.contains(where: { $0.mentions(place) })
        else { return }
        let other = mayBeInTemplate ? ", or use \\(.\(place)) in a template" : ""
        throw SourceConfigurationError(
            field: "\(prefix)pagination.\(kind)",
            message: "no request carries it: name its parameter (`parameter`)\(other)"
        )
    }
}

extension JQExpression {
    /// Whether a template's expression can give a member of its input.
    fileprivate func mentions(_ member: String) -> Bool {
        text.contains(member) || text.split(whereSeparator: \.isWhitespace).first == "."
    }
}
