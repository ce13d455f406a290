import Catalog
import EntitySources
import Testing

@Suite struct GraphQLSourceConfigurationTests {
    private typealias Change = @Sendable (inout GraphQLSource.Configuration) -> Void

    private static func query(_ query: String) -> Change { { $0.connection.query = query } }

    private static let mistakes: [(String, String, Change)] = [
        ("url", "not an http or https URL", { $0.url = "example.com" }),
        ("headers.X Y", "not the name", { $0.headers = ["X Y": "a"] }),
        ("auth", "is empty", { $0.authentication = .bearer("") }),
        ("query", "there is no query", query("fragment a on B { c }")),
        ("query", "only a query", query("mutation { a }")),
        ("query", "more than one operation", query("{ a } query { b }")),
        ("query", "found its end", query("query { a {")),
        ("query", "unexpected character", query("{ ? }")),
        ("query", "a string without its end", query("{ a(b: \"c) }")),
        ("query", "expected a value", query("{ a(b: ) }")),
        (
            "query", "does not declare the variable `$after`",
            query("query($first: Int) { organization { teams(first: $first) { nodes { id } } } }")
        ),
        (
            "query", "does not use the variable `$first`",
            query("query($first: Int, $after: String) { organization { teams(after: $after) { nodes { id } } } }")
        ),
        ("query", "`cursorVariable`", { $0.connection.cursorVariable = "cursor" }),
        ("query", "`pageSizeVariable`, or null", { $0.connection.pageSizeVariable = "size" }),
        ("variables.login", "declares no variable", { $0.connection.variables = ["login": "acme"] }),
        ("variables.after", "set by the source", { $0.connection.variables = ["after": "x"] }),
        ("variables.after", "closing parenthesis", { $0.connection.variables = ["after": #"\(.x"#] }),
        (
            "variables", "requires a value for `$login`",
            { $0.connection.query.replace("query(", with: "query($login: String!, $depth: Int! = 1, ") }
        ),
        ("connection", "`organization` selects no `members`", { $0.connection.path = "organization.members" }),
        ("connection", "the query selects no `org`", { $0.connection.path = "org.teams" }),
        ("connection", "selects no ``", { $0.connection.path = "organization." }),
        ("query", "must select `pageInfo", { $0.connection.query.replace("endCursor", with: "startCursor") }),
        ("query", "must select `nodes", { $0.connection.query.replace("nodes", with: "totals") }),
        ("query", "both `nodes` and `edges`", { $0.connection.query.replace("nodes", with: "edges { cursor } nodes") }),
        ("pageSize", "at least 1", { $0.connection.pageSize = 0 }), ("records", "foo/0", { $0.records = "foo" }),
        ("entity", "unexpected", { $0.entity = "{a: .b" }),
        ("acceptErrors", "a `type` or a `path`", { $0.acceptedErrors = [.init()] }),
        (
            "nested.labels", "selects no `labels`",
            { $0.nested = ["labels": .init(connection: TeamServer.nested("labels"), use: .collect())] }
        ),
        (
            "nested.members.connection", "selects no `labels`",
            {
                var nested = TeamServer.nested("members")
                nested.path = "node.labels"
                $0.nested = ["members": .init(connection: nested, use: .collect())]
            }
        ),
        (
            "nested.members.query", "has `edges`, where the query that it completes has `nodes`",
            {
                let nested = TeamServer.nested("members", body: "edges { node { name } }")
                $0.nested = ["members": .init(connection: nested, use: .collect())]
            }
        ),
        (
            "nested.members.entity", "$foo is not defined",
            { $0.nested = ["members": .init(connection: TeamServer.nested("members"), use: .map(entity: "$foo"))] }
        ),
        (
            "nested.members.parent", "syntax error",
            {
                $0.nested = [
                    "members": .init(connection: TeamServer.nested("members"), use: .map(entity: ".", parent: "]["))
                ]
            }
        ),
    ]

    private static var configuration: GraphQLSource.Configuration {
        .init(
            url: "https://api.example.com/graphql",
            connection: TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members"))
        )
    }

    @Test(arguments: mistakes.indices) func aMistakeIsNamed(_ index: Int) throws {
        let (field, message, change) = Self.mistakes[index]
        var configuration = Self.configuration
        change(&configuration)
        let error = #expect(throws: SourceConfigurationError.self) {
            _ = try GraphQLSource(configuration, logger: quiet)
        }
        #expect(error?.field == field)
        #expect(error?.message.contains(message) == true, "\(error?.description ?? "none")")
    }

    @Test func theLineOfAMistakeIsSaid() throws {
        var configuration = Self.configuration
        configuration.connection.query = "# A comment\nquery {\n  a(b: \"\"\"two\n  lines\"\"\") ]\n}"
        let query = #expect(throws: SourceConfigurationError.self) {
            _ = try GraphQLSource(configuration, logger: quiet)
        }
        #expect(query?.line == 4)
        configuration = Self.configuration
        configuration.nested["members"] = .init(
            connection: TeamServer.nested("members"),
            use: .map(entity: "{ a: 1,\n  b: foo }")
        )
        let entity = #expect(throws: SourceConfigurationError.self) {
            _ = try GraphQLSource(configuration, logger: quiet)
        }
        #expect(entity?.line == 2)
    }

    @Test("Aliases, fragments, directives, defaults and block strings are read as the specification has them")
    func documents() throws {
        var configuration = Self.configuration
        configuration.connection.query = #"""
            query Teams(
              $first: Int! = 10, $after: String @deprecated, $ids: [ID!]! = ["a", "b"], $filter: Filter = { a: { b: [1, -2.5e3] } }
            ) @cached(ttl: 5) {
              org: organization(login: """a "quoted" login""", ids: $ids, filter: { x: $filter, y: ENUM, z: null }) {
                ...teamsOfIt @include(if: true)
              }
            }
            fragment teamsOfIt on Organization {
              ... @skip(if: false) { teams(first: $first, after: $after) { ... on TeamConnection { ...page } } }
            }
            fragment page on TeamConnection { pageInfo { endCursor, hasNextPage } edges { node { id ...page } } }
            """#
        configuration.connection.path = "org.teams"
        _ = try GraphQLSource(configuration, logger: quiet)
    }
}
