internal import Catalog

/// Where a value of ours goes in a request: a query parameter, a header, or a member of the body.
enum Carrier: Hashable, Sendable {
    case query(String)
    case header(String)
    case body([String])

    /// Checks that the value would be sent, and that nothing else is sent in its place.
    init(
        _ parameter: HTTPSource.Parameter,
        of chain: HTTPSource.Chain,
        _ authentication: HTTPSource.Authentication?,
        field: String
    ) throws(SourceConfigurationError) {
        var problem: String?
        switch parameter.part {
        case .query:
            self = .query(parameter.name)
            if chain.query[parameter.name] != nil { problem = "`query` sets \(parameter.name) as well" }
            if case .query(parameter.name, _) = authentication { problem = "`auth` sets it as well" }
        case .header:
            self = .header(parameter.name)
            problem = Carrier.problem(ofHeader: parameter.name, chain, authentication)
        case .body:
            let path = Carrier.path(parameter.name)
            self = .body(path ?? [])
            problem = path == nil ? "not the path of a member, such as variables.after" : nil
            problem = problem ?? Carrier.problem(ofBody: path ?? [], chain)
        }
        if let problem { throw SourceConfigurationError(field: field, message: problem) }
    }

    private static func problem(
        ofHeader name: String,
        _ chain: HTTPSource.Chain,
        _ authentication: HTTPSource.Authentication?
    ) -> String? {
        if let problem = RequestPlan.problem(ofHeader: name) { return problem }
        let isSet = chain.headers.keys.contains { $0.lowercased() == name.lowercased() }
        if isSet { return "`headers` sets \(name) as well" }
        switch authentication {
        case .bearer where name.lowercased() == "authorization", .basic where name.lowercased() == "authorization":
            return "`auth` sets it as well"
        case .header(let other, _) where name.lowercased() == other.lowercased(): return "`auth` sets it as well"
        default: return nil
        }
    }

    private static func problem(ofBody path: [String], _ chain: HTTPSource.Chain) -> String? {
        switch chain.body {
        case nil:
            guard ["GET", "HEAD"].contains(chain.method.uppercased()) else { return nil }
            return "a \(chain.method.uppercased()) request has no body: say `method: POST`, or give it a `body`"
        case .text: return "`body: { text: … }` has no members: use `body: { json: … }`"
        case .json(var value):
            for (depth, name) in path.enumerated() {
                guard value.object != nil else {
                    let place = path[..<depth].joined(separator: ".")
                    return
                        "`body.json\(place.isEmpty ? "" : ".")\(place)` is no object that could have a member `\(name)`"
                }
                guard let member = value[name] else { return nil }
                value = member
            }
            return "`body.json` sets \(path.joined(separator: ".")) as well"
        }
    }

    /// The members of `variables.after`, `.variables.after` or `."a name".b`.
    private static func path(_ text: String) -> [String]? {
        guard !text.isEmpty, !text.contains("|"), !text.hasSuffix("[]"),
            let path = LeadingPath(text.hasPrefix(".") ? text : "." + text)
        else { return nil }
        var names: [String] = []
        for step in path.steps {
            guard case .key(let name) = step else { return nil }
            names.append(name)
        }
        return names.isEmpty ? nil : names
    }
}

extension JSON {
    /// The value with another one at a path of members, which are made where there are none.
    func setting(_ value: JSON, at path: ArraySlice<String>) -> JSON {
        guard let name = path.first else { return value }
        var result = self
        result[name] = (self[name] ?? .object([:])).setting(value, at: path.dropFirst())
        return result
    }
}
