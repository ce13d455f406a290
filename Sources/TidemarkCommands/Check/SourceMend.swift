internal import Ingestion

extension SourceSection {
    /// The key that a failure is most often about, where its message names none.
    func likelyField(_ code: SourceError.Code) -> String {
        switch (self, code) {
        case (.exec, .unauthorized): "environment"
        case (.exec, .limitExceeded): "maxLineBytes"
        case (.exec, _): "command"
        case (_, .unauthorized): "auth"
        case (.http, .mappingFailed), (.graphQL, .mappingFailed): "entity"
        case (.graphQL, .invalidPage): "connection"
        case (.graphQL, .refused): "query"
        case (.github, .refused): "organization"
        case (.github, .mappingFailed): "entities"
        case (.ldap, .mappingFailed): "users.entity"
        case (.graphQL, _), (.http, _), (.github, _), (.ldap, _): "url"
        }
    }

    /// What to do about a failure; nil where its message says it.
    func mend(_ error: SourceError) -> String? {
        if error.code == .rateLimited {
            return "check again" + (error.retryAfter.map { " in \(DurationText.brief($0))" } ?? " later")
        }
        if error.message.contains("(pageTimeout)") { return "raise `pageTimeout`, or ask for smaller pages" }
        switch self {
        case .http: return Self.httpMend(error.code)
        case .graphQL: return Self.graphQLMend(error.code)
        case .github: return Self.gitHubMend(error.code)
        case .ldap: return Self.ldapMend(error.code)
        case .exec: return Self.execMend(error.code)
        }
    }

    private static let tryExpression =
        "try the expression with jq on the answer: `tidemark check NAME --record DIR` keeps it, `--replay DIR` maps it again"

    private static func httpMend(_ code: SourceError.Code) -> String {
        switch code {
        case .unauthorized: "check `auth`: is the token right, not expired, and allowed to read this?"
        case .invalidPage: "look at the answer: does `url` give JSON, and `records` find its records?"
        case .mappingFailed: tryExpression
        case .unavailable: "check that the source is up and that `url` is right"
        case .refused: "check `url`, `method`, `query` and `headers`"
        case .timeout: "raise `requestTimeout`, or ask for smaller pages"
        case .limitExceeded: "ask for smaller pages, or raise the limit"
        case .rateLimited, .cursorExpired, .exited: "read the source's documentation of its pagination"
        }
    }

    private static func graphQLMend(_ code: SourceError.Code) -> String {
        switch code {
        case .invalidPage:
            "does `url` lead to a GraphQL endpoint, and `connection` to a connection with its `pageInfo`?"
        case .refused: "try `query` with its `variables` where the server lets people try queries"
        case .timeout: "lower `pageSize`, or raise `requestTimeout`"
        case .limitExceeded: "lower `pageSize`, or raise the limit"
        default: httpMend(code)
        }
    }

    private static func gitHubMend(_ code: SourceError.Code) -> String {
        switch code {
        case .unauthorized:
            "check `auth`: is the token right and not expired, may it read the organization, is it authorized for its SSO?"
        case .refused: "check `organization`, and that `auth` may see it"
        case .invalidPage: "check that `url` is where people open GitHub, such as https://github.example.com"
        case .mappingFailed: "print the preset with `tidemark preset`, and change its mapping"
        default: httpMend(code)
        }
    }

    private static func ldapMend(_ code: SourceError.Code) -> String? {
        switch code {
        case .unauthorized: "check `auth`: is the name a DN, the password right, and may this user read the bases?"
        case .mappingFailed: "try the expression with jq on an entry, as {dn, rdn, id, name, attributes, memberOf}"
        case .unavailable: "check that the server is up, that `url` is right, and what `tls.ca` vouches for"
        case .timeout: "raise `connectTimeout` or `searchTimeout`, or lower `pageSize`"
        default: nil
        }
    }

    private static func execMend(_ code: SourceError.Code) -> String? {
        switch code {
        case .unauthorized: "the program says so: check what `environment` gives it"
        case .unavailable, .refused, .cursorExpired: "the program says so: look at what it reads from"
        case .limitExceeded: "let the program give smaller pages, or raise `maxLineBytes`"
        default: "run the program by hand: it reads {\"cursor\": null} and writes {\"entities\": […], \"next\": […]}"
        }
    }
}
