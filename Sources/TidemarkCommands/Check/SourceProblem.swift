internal import EntitySources
internal import Ingestion

extension Located<SourceSection> {
    /// A failure of the source as a problem of the file: the key that it is about, and the mend.
    func problem(_ error: any Error) -> ConfigurationProblem {
        if let error = error as? NotRecorded { return problem(error.message, at: value.name, mend: error.mend) }
        guard let error = error as? SourceError else {
            return problem("\(error)", at: value.name)
        }
        let field = fieldNamed(in: error.message) ?? "\(value.name).\(value.likelyField(error.code))"
        return problem("\(error.code.rawValue): \(error.message)", at: field, mend: value.mend(error))
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
}
