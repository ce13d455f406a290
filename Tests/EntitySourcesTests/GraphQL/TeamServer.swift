import Catalog
import EntitySources
import Ingestion
import Synchronization
import TestSupport

/// An organization's teams and their members behind a GraphQL endpoint, as Relay connections with opaque cursors.
final class TeamServer: Sendable {
    struct Team: Sendable {
        var id: String
        var members: [String]
        var labels: [String] = []
    }

    /// Sees a request's variables before it is answered, and may answer in place of the server.
    typealias Intercept = @Sendable (JSON) -> HTTPTestServer.Response?

    let teams: [Team]
    let hasEdges: Bool
    /// How many members and labels a team in a list holds.
    let held: Int
    private let intercept: Intercept
    private let seen = Mutex<[JSON]>([])

    init(_ teams: [Team], held: Int = 2, hasEdges: Bool = false, intercept: @escaping Intercept = { _ in nil }) {
        (self.teams, self.held, self.hasEdges, self.intercept) = (teams, held, hasEdges, intercept)
    }

    /// The variables of each request so far.
    var variables: [JSON] { seen.withLock { $0 } }

    func respond(to request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        guard let variables = (try? JSON(parsing: request.body))?["variables"] else { return .json("{}", status: 400) }
        seen.withLock { $0.append(variables) }
        if let answer = intercept(variables) { return answer }
        let first = Int(variables["first"]?.integer ?? 100)
        let after = variables["after"]
        if let id = variables["id"]?.string, let team = teams.first(where: { $0.id == id }) {
            let field = variables["field"]?.string ?? "members"
            let items = field == "labels" ? team.labels : team.members
            return answer(["node": [field: page(of: items.map(Self.named), first, after)]])
        }
        let teams = teams.map { team -> JSON in
            [
                "id": .string(team.id), "name": .string("Team \(team.id)"),
                "members": page(of: team.members.map(Self.named), held, nil),
                "labels": page(of: team.labels.map(Self.named), held, nil),
            ]
        }
        return answer(["organization": ["teams": page(of: teams, first, after)]])
    }

    private static func named(_ name: String) -> JSON { ["name": .string(name)] }

    private func answer(_ data: JSON) -> HTTPTestServer.Response {
        .json(JSON.object(["data": data]).description)
    }

    private func page(of items: [JSON], _ first: Int, _ after: JSON?) -> JSON {
        let start = after?.string.flatMap { Int($0.dropFirst(7)) } ?? 0
        let end = min(start + first, items.count)
        let slice = items[min(start, end)..<end]
        return [
            "pageInfo": [
                "hasNextPage": .bool(end < items.count), "endCursor": end == 0 ? .null : .string("opaque:\(end)"),
            ],
            hasEdges ? "edges" : "nodes": .array(
                hasEdges ? slice.map { ["role": "member", "node": $0] } : Array(slice)
            ),
        ]
    }

    // MARK: How it is read

    static func connection(_ body: String, nested: String = "") -> GraphQLSource.Connection {
        .init(
            query: """
                query($first: Int!, $after: String) {
                  organization(login: "acme") {
                    teams(first: $first, after: $after) {
                      pageInfo { hasNextPage endCursor }
                      \(body) { id name \(nested) }
                    }
                  }
                }
                """,
            path: "organization.teams"
        )
    }

    static func nestedSelection(_ fields: String..., body: String = "nodes { name }") -> String {
        fields.map { "\($0)(first: 2) { pageInfo { hasNextPage endCursor } \(body) }" }.joined(separator: " ")
    }

    static func nested(_ field: String, body: String = "nodes { name }") -> GraphQLSource.Connection {
        var connection = GraphQLSource.Connection(
            query: """
                query($id: ID!, $field: String, $first: Int!, $after: String) {
                  node(id: $id, field: $field) {
                    ... on Team { \(field)(first: $first, after: $after) { pageInfo { hasNextPage endCursor } \(body) } }
                  }
                }
                """,
            path: "node.\(field)"
        )
        connection.variables = ["id": #"\(.id)"#, "field": .string(field)]
        connection.pageSize = 3
        return connection
    }

    /// Reads all of it.
    func read(
        _ connection: GraphQLSource.Connection,
        limit: Int = 10_000,
        _ configure: (inout GraphQLSource.Configuration) -> Void = { _ in }
    ) async throws -> (pages: [Page], entities: [String]) {
        try await HTTPTestServer.with(respond) { server in
            var configuration = GraphQLSource.Configuration(url: server.url + "/graphql", connection: connection)
            configure(&configuration)
            return try await GraphQLSource(configuration, logger: quiet).readAll(limit: limit)
        }
    }

    /// The error of reading one page.
    func failing(
        _ connection: GraphQLSource.Connection = TeamServer.connection("nodes"),
        at cursor: JSON? = nil,
        _ configure: (inout GraphQLSource.Configuration) -> Void = { _ in }
    ) async throws -> SourceError? {
        try await HTTPTestServer.with(respond) { server in
            var configuration = GraphQLSource.Configuration(url: server.url + "/graphql", connection: connection)
            configure(&configuration)
            do {
                _ = try await GraphQLSource(configuration, logger: quiet).readPage(at: cursor)
                return nil
            } catch let error as SourceError {
                return error
            }
        }
    }
}
