internal import EntitySources
internal import Ingestion

extension Located<SourceSection> {
    /// A failure of the source as a problem of the file: the key that it is about, and the mend.
    func problem(_ error: any Error) -> ConfigurationProblem {
        if let error = error as? NotRecorded { return problem(error.message, at: value.name, mend: error.mend) }
        guard let error = error as? SourceError else {
            return problem("\(error)", at: value.name)
        }
        let field = fieldNamed(in: error.message) ?? "\(value.name).\(Self.likelyField(error.code, value))"
        return problem("\(error.code.rawValue): \(error.message)", at: field, mend: Self.mend(error, value))
    }

    /// How entities that are not valid are mended, and where.
    func rejectionMend(file: String) -> String {
        let isMapped =
            switch value {
            case .http(let http): http.entity != nil
            case .graphQL(let graphQL): graphQL.entity != nil
            case .exec, .github, .ldap: false
            }
        if case .github = value {
            return "print the preset with `tidemark preset`, and leave such records out with `select(…)`"
        }
        if case .ldap = value {
            return "give `entity` for `users` or `groups`, and leave such entries out with `select(…)`"
        }
        guard isMapped else { return "let the source give valid entities, or leave them out" }
        let place = problem("", at: "\(value.name).entity").place
        return "mend the expression at \(file):\(place), or leave such records out with `select(…)`"
    }

    /// The longest path of a key below the source that the message names.
    private func fieldNamed(in message: String) -> String? {
        guard case .mapping(let entries) = node.content, let entry = entries.first else { return nil }
        return Self.paths(of: entry.value)
            .filter {
                message.contains("`\($0)`") || message.contains("(\($0))")
                    || $0.contains(".") && message.contains("\($0) ")
            }
            .max { $0.count < $1.count }
            .map { "\(entry.key).\($0)" }
    }

    private static func paths(of node: YAMLNode) -> [String] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries.flatMap { entry in [entry.key] + paths(of: entry.value).map { "\(entry.key).\($0)" } }
            .filter { $0.contains(".") || $0.count > 5 }
    }

    private static func likelyField(_ code: SourceError.Code, _ source: SourceSection) -> String {
        switch source {
        case .exec: return "command"
        case .ldap: return code == .unauthorized ? "auth" : code == .mappingFailed ? "users.entity" : "url"
        default: break
        }
        switch code {
        case .unauthorized: return "auth"
        case .mappingFailed: return "entity"
        default: return "url"
        }
    }

    private static func mend(_ error: SourceError, _ source: SourceSection) -> String? {
        if case .ldap = source { return ldapMend(error) }
        if case .exec = source {
            return "run the program by hand: it reads {\"cursor\": null} and writes {\"entities\": […], \"next\": […]}"
        }
        switch error.code {
        case .unauthorized: return "check `auth`: is the token right, not expired, and allowed to read this?"
        case .invalidPage: return "look at the answer by hand: does `url` give JSON, and `records` find its records?"
        case .mappingFailed: return "try the expression with jq on an answer of the source"
        case .unavailable: return "check that the source is up and that `url` is right"
        case .refused: return "check `url`, `method`, `query` and `headers`"
        case .timeout: return "raise `requestTimeout`, or ask for smaller pages"
        case .limitExceeded: return "ask for smaller pages, or raise the limit"
        case .rateLimited:
            let pause = error.retryAfter.map { " in \(DurationText.brief($0))" } ?? ""
            return "check again\(pause)"
        case .cursorExpired, .exited: return "read the source's documentation of its pagination"
        }
    }

    /// The messages of an `ldap` source say the rest.
    private static func ldapMend(_ error: SourceError) -> String? {
        switch error.code {
        case .unauthorized: "check `auth`: is the name a DN, the password right, and may this user read the bases?"
        case .mappingFailed: "try the expression with jq on an entry, as {dn, rdn, id, name, attributes, memberOf}"
        case .unavailable: "check that the server is up, that `url` is right, and what `tls.ca` vouches for"
        case .timeout: "raise `connectTimeout` or `searchTimeout`, or lower `pageSize`"
        default: nil
        }
    }
}
