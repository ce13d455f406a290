internal import Catalog
internal import Foundation

/// Runs one query over an organization, as GitHub's documentation of its limits and errors describes.
struct GitHubExecution {
    let organization: GitHubOrganization
    let url: String
    let variables: [String: JSON]
    /// `rateLimit` before the query.
    let rateLimit: JSON
    /// Numbers of repositories, users and teams that are forbidden.
    let forbidden: Set<Int>

    /// Beyond it a query is refused.
    private static let mostNodes = 500_000

    private var errors: [JSON] = []
    /// How many requests its connections would take, and how many nodes they ask for.
    private var requests = 0
    private var nodes = 0
    private var fragments: [String: (type: String, selections: [GitHubQuery.Selection])] = [:]

    /// What a query gives, and what it costs.
    struct Result {
        var body: JSON
        var cost: Int
    }

    init(
        _ organization: GitHubOrganization,
        url: String,
        variables: [String: JSON],
        rateLimit: JSON,
        forbidden: Set<Int>
    ) {
        (self.organization, self.url, self.variables) = (organization, url, variables)
        (self.rateLimit, self.forbidden) = (rateLimit, forbidden)
    }

    mutating func run(_ text: String) -> Result {
        do throws(GitHubQuery.Malformed) {
            let query = try GitHubQuery(text)
            fragments = query.fragments
            count(query.selections, times: 1)
            if nodes > Self.mostNodes {
                error(
                    "MAX_NODE_LIMIT_EXCEEDED",
                    "This query requests up to \(nodes) possible nodes which exceeds the maximum limit of 500,000.",
                    []
                )
            }
            guard errors.isEmpty else { return Result(body: ["errors": .array(errors)], cost: 1) }
            let cost = max(1, (requests + 50) / 100)
            let data = object(.query, query.selections, [], cost: cost)
            // What the specification calls request errors have no data.
            guard !errors.contains(where: { $0["path"] == nil }) else {
                return Result(body: ["errors": .array(errors)], cost: 1)
            }
            return Result(body: errors.isEmpty ? ["data": data] : ["data": data, "errors": .array(errors)], cost: cost)
        } catch {
            let message: JSON = .string("Parse error: \(error.message)")
            return Result(body: ["errors": [["message": message]]], cost: 1)
        }
    }

    private mutating func error(_ type: String, _ message: String, _ path: [JSON]) {
        var error: JSON = ["type": .string(type), "message": .string(message)]
        if !path.isEmpty { error["path"] = .array(path) }
        errors.append(error)
    }

    // MARK: What it asks for

    private mutating func count(_ selections: [GitHubQuery.Selection], times: Int) {
        for field in fields(in: selections, of: nil) {
            guard isConnection(field) else {
                count(field.selections, times: times)
                continue
            }
            let first = field.arguments["first"]?.json(variables).integer.map(Int.init)
            guard let first else {
                error(
                    "MISSING_PAGINATION_BOUNDARIES",
                    "You must provide a `first` or `last` value to properly paginate the `\(field.name)` connection.",
                    []
                )
                continue
            }
            guard (1...100).contains(first) else {
                error(
                    "EXCESSIVE_PAGINATION",
                    "Requesting \(first) records on the `\(field.name)` connection exceeds the `first` limit of 100 records.",
                    []
                )
                continue
            }
            requests += times
            nodes += times * first
            count(field.selections, times: times * first)
        }
    }

    private func isConnection(_ field: GitHubQuery.Field) -> Bool {
        fields(in: field.selections, of: nil).contains {
            $0.name == "nodes" || $0.name == "edges" || $0.name == "pageInfo"
        }
    }

    /// The fields that are selected of a type; of every type for nil.
    private func fields(in selections: [GitHubQuery.Selection], of type: String?) -> [GitHubQuery.Field] {
        selections.flatMap { selection -> [GitHubQuery.Field] in
            switch selection {
            case .field(let field, let include):
                return include.allSatisfy { $0.json(variables) == true } ? [field] : []
            case .fragment(let named, let below):
                return type == nil || named == nil || named == type ? fields(in: below, of: type) : []
            case .spread(let name):
                guard let fragment = fragments[name], type == nil || fragment.type == type else { return [] }
                return fields(in: fragment.selections, of: type)
            }
        }
    }

    // MARK: What it gives

    private mutating func object(_ node: GitHubNode, _ selections: [GitHubQuery.Selection], _ path: [JSON], cost: Int)
        -> JSON
    {
        var object: JSON = [:]
        for field in fields(in: selections, of: node.type) {
            let below = path + [.string(field.key)]
            if case .query = node, field.name == "rateLimit" {
                var limit = rateLimit
                limit["cost"] = .integer(Int64(cost))
                limit["remaining"] = .integer(max(0, (limit["remaining"]?.integer ?? 0) - Int64(cost)))
                object[field.key] = selected(field.selections, of: limit)
                continue
            }
            let arguments = field.arguments.mapValues { $0.json(variables) }
            switch node.value(of: field.name, arguments, in: organization, at: url) {
            case .scalar(let value): object[field.key] = value
            case .object(let inner):
                object[field.key] = inner.map { self.object($0, field.selections, below, cost: cost) } ?? .null
                if inner == nil, case .query = node {
                    error(
                        "NOT_FOUND",
                        "Could not resolve to what is named by '\(arguments.values.first ?? .null)'.",
                        below
                    )
                }
            case .connection(let nodes):
                object[field.key] = connection(nodes, field, arguments, below, cost: cost)
            case nil:
                errors.append([
                    "message": .string("Field '\(field.name)' doesn't exist on type '\(node.type)'"),
                    "extensions": ["code": "undefinedField"],
                ])
            }
        }
        return object
    }

    private mutating func connection(
        _ all: [GitHubNode],
        _ field: GitHubQuery.Field,
        _ arguments: [String: JSON],
        _ path: [JSON],
        cost: Int
    ) -> JSON {
        var start = 0
        if let cursor = arguments["after"], !cursor.isNull {
            guard let place = GitHubCursor.place(cursor) else {
                error("INVALID_CURSOR_ARGUMENTS", "`\(cursor)` does not appear to be a valid cursor.", path)
                return .null
            }
            start = place
        }
        let end = min(all.count, start + Int(arguments["first"]?.integer ?? 0))
        let places = min(start, end)..<end
        var connection: JSON = [:]
        for part in fields(in: field.selections, of: nil) {
            let below = path + [.string(part.key)]
            switch part.name {
            case "totalCount": connection[part.key] = .integer(Int64(all.count))
            case "pageInfo":
                let info: JSON = [
                    "hasNextPage": .bool(end < all.count), "endCursor": places.isEmpty ? .null : GitHubCursor.text(end),
                ]
                connection[part.key] = selected(part.selections, of: info)
            case "nodes":
                connection[part.key] = .array(
                    places.enumerated().map {
                        node(all[$1], part.selections, below + [.integer(Int64($0))], cost: cost)
                    }
                )
            case "edges":
                connection[part.key] = .array(
                    places.enumerated().map { index, place in
                        edge(
                            all[place],
                            GitHubCursor.text(place + 1),
                            part.selections,
                            below + [.integer(Int64(index))],
                            cost: cost
                        )
                    }
                )
            default:
                errors.append([
                    "message": .string("Field '\(part.name)' doesn't exist"), "extensions": ["code": "undefinedField"],
                ])
            }
        }
        return connection
    }

    private mutating func edge(
        _ node: GitHubNode,
        _ cursor: JSON,
        _ selections: [GitHubQuery.Selection],
        _ path: [JSON],
        cost: Int
    ) -> JSON {
        var edge: JSON = [:]
        for part in fields(in: selections, of: nil) {
            edge[part.key] =
                part.name == "node" ? self.node(node, part.selections, path + [.string(part.key)], cost: cost) : cursor
        }
        return edge
    }

    private mutating func node(_ node: GitHubNode, _ selections: [GitHubQuery.Selection], _ path: [JSON], cost: Int)
        -> JSON
    {
        let number: Int? =
            switch node {
            case .repository(let repository): repository.number
            case .user(let user): user.number
            case .team(let team): team.number
            default: nil
            }
        if let number, forbidden.contains(number) {
            error("FORBIDDEN", "Resource protected by organization SAML enforcement.", path)
            return .null
        }
        return object(node, selections, path, cost: cost)
    }

    private func selected(_ selections: [GitHubQuery.Selection], of value: JSON) -> JSON {
        .object(
            Dictionary(
                fields(in: selections, of: nil).map { ($0.key, value[$0.name] ?? .null) },
                uniquingKeysWith: { $1 }
            )
        )
    }
}

/// A cursor that says nothing to who reads it.
enum GitHubCursor {
    static func text(_ place: Int) -> JSON {
        .string(Data("cursor:v2:\(place)".utf8).base64EncodedString())
    }

    static func place(_ cursor: JSON) -> Int? {
        guard let data = cursor.string.flatMap({ Data(base64Encoded: $0) }) else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        return text.hasPrefix("cursor:v2:") ? Int(text.dropFirst(10)) : nil
    }
}
