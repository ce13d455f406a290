import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct GraphQLSourceTests {
    private static let teams = (1...7).map { TeamServer.Team(id: "t\($0)", members: []) }

    @Test(arguments: [false, true]) func aConnectionIsReadPageByPage(_ hasEdges: Bool) async throws {
        let server = TeamServer(Self.teams, hasEdges: hasEdges)
        var connection = TeamServer.connection(hasEdges ? "edges { node" : "nodes", nested: hasEdges ? "}" : "")
        connection.pageSize = 3
        let (pages, entities) = try await server.read(connection) { $0.entity = ".id" }
        #expect(entities == Self.teams.map { "\"\($0.id)\"" })
        #expect(pages.map(\.entities.count) == [3, 3, 1])
        #expect(pages.map(\.next) == [[["after": "opaque:3"]], [["after": "opaque:6"]], []])
        #expect(
            server.variables == [
                ["first": 3, "after": nil], ["first": 3, "after": "opaque:3"], ["first": 3, "after": "opaque:6"],
            ]
        )
    }

    @Test func recordsSeeTheWholeAnswer() async throws {
        let server = TeamServer(Self.teams, hasEdges: true)
        let (_, entities) = try await server.read(TeamServer.connection("edges { role node", nested: "}")) {
            $0.records = ".data.organization.teams.edges[] | select(.node.id < \"t3\")"
            $0.entity = "{role, id: .node.id}"
        }
        #expect(entities == [#"{"role":"member","id":"t1"}"#, #"{"role":"member","id":"t2"}"#])
    }

    @Test("I2: a filter that leaves nothing of a page does not end the pagination")
    func aFilteredPageIsNotTheEnd() async throws {
        var connection = TeamServer.connection("nodes")
        connection.pageSize = 2
        let (_, entities) = try await TeamServer(Self.teams).read(connection) {
            $0.entity = #"select(.id == "t7") | .id"#
        }
        #expect(entities == [#""t7""#])
    }

    @Test func variablesAreTemplates() async throws {
        let server = TeamServer(Self.teams)
        var connection = TeamServer.connection("nodes")
        connection.query = connection.query.replacing("query($first", with: "query($login: String, $depth: Int, $first")
        connection.variables = ["login": "acme", "depth": #"\(1 + 1)"#]
        _ = try await server.read(connection)
        #expect(server.variables == [["login": "acme", "depth": 2, "first": 100, "after": nil]])
    }

    @Test(
        "U11: an answer without the connection is an error, not an empty page",
        arguments: [
            (#"{"data":null}"#, "`data` is null"), (#"{"data":{"organization":null}}"#, "`organization` is null"),
            (#"{"data":{"organization":{"teams":null}}}"#, "`organization.teams` is null"),
            (#"{"data":{}}"#, "`organization` is missing"),
            (#"{"data":{"organization":{"teams":[]}}}"#, "is no object"),
            (#"{"data":{"organization":{"teams":{"nodes":[]}}}}"#, "has no `pageInfo"),
            (#"{"data":{"organization":{"teams":{"pageInfo":{"hasNextPage":false}}}}}"#, "neither `nodes` nor"),
            (#"{"data":{"organization":{"teams":{"pageInfo":{"hasNextPage":false},"nodes":null}}}}"#, "neither"),
            (
                #"{"data":{"organization":{"teams":{"pageInfo":{"hasNextPage":false},"nodes":[null]}}}}"#,
                "nodes[0]` is null"
            ),
            (#"{"message":"overloaded"}"#, "neither `data` nor `errors`"), ("[]", "neither `data`"),
            ("<html>", "cannot be read"),
        ]
    )
    func anAnswerWithoutTheConnection(_ body: String, _ message: String) async throws {
        let error = try await TeamServer([]) { _ in .json(body) }.failing()
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test(arguments: ["null", "\"\"", "\"same\"", "{}"]) func aNextPageNeedsANewCursor(_ cursor: String) async throws {
        let body =
            #"{"data":{"organization":{"teams":{"pageInfo":{"hasNextPage":true,"endCursor":\#(cursor)},"nodes":[]}}}}"#
        let error = try await TeamServer([]) { _ in .json(body) }.failing(at: ["after": "same"])
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("has a next page") == true, "\(error?.message ?? "none")")
    }

    @Test(
        "A cursor that this configuration does not write starts the cycle over",
        arguments: [
            ["page": 3], "text", ["nested": [["in": "members", "variables": [:], "parent": 1, "after": "x"]]],
            ["nested": []],
            ["parents": [["item": [:], "variables": [:], "whole": [:]]], "x": 1], ["parents": []],
        ] as [JSON]
    )
    func foreignCursors(_ cursor: JSON) async throws {
        #expect(try await TeamServer(Self.teams).failing(at: cursor)?.code == .cursorExpired)
    }

    @Test("A query is posted as JSON, with the credentials and headers of the configuration")
    func theRequest() async throws {
        try await HTTPTestServer.with(TeamServer(Self.teams).respond) { server in
            var configuration = GraphQLSource.Configuration(
                url: server.url + "/graphql",
                connection: TeamServer.connection("nodes")
            )
            configuration.authentication = .bearer("ghp_0123456789")
            configuration.headers = ["X-Version": "\\(1 + 1)"]
            _ = try await GraphQLSource(configuration, logger: quiet).readPage()
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/graphql")
            #expect(
                request.headers.filter { $0.name.lowercased() == "content-type" }.map(\.value) == ["application/json"]
            )
            #expect(request.header("authorization") == "Bearer ghp_0123456789")
            #expect(request.header("x-version") == "2")
            let query = try JSON(parsing: request.body)["query"]?.string
            #expect(query == configuration.connection.query)
        }
    }

    // MARK: Page size

    private static let tooLarge = #"{"errors":[{"type":"MAX_NODE_LIMIT_EXCEEDED","message":"too many"}]}"#

    @Test(
        "A page that the server cannot give is asked for again with half the size, which the cursor keeps",
        arguments: [(200, tooLarge), (502, "<html>"), (504, ""), (400, tooLarge)]
    )
    func thePageSizeIsLowered(_ status: Int, _ body: String) async throws {
        let teams = (1...40).map { TeamServer.Team(id: "t\($0)", members: []) }
        let server = TeamServer(teams) { variables in
            (variables["first"]?.integer ?? 0) > 5 ? .json(body, status: status) : nil
        }
        var connection = TeamServer.connection("nodes")
        connection.pageSize = 20
        let (pages, entities) = try await server.read(connection) { $0.entity = ".id" }
        #expect(entities == teams.map { "\"\($0.id)\"" })
        #expect(pages[0].entities.isEmpty)
        #expect(pages[0].next == [["first": 10]])
        #expect(pages[1].next == [["first": 5]])
        #expect(pages[2].next == [["after": "opaque:5", "first": 5, "calm": 1]])
    }

    @Test("Down to one; then the error counts")
    func thePageSizeIsOneAtLeast() async throws {
        let server = TeamServer([]) { _ in .json("<html>Bad Gateway</html>", status: 502) }
        let error = try await server.failing(at: ["after": "c", "first": 1])
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("502") == true)
    }

    @Test func aConstantPageSizeIsLeftAlone() async throws {
        var connection = TeamServer.connection("nodes")
        connection.query = connection.query.replacing("$first: Int!, ", with: "").replacing(
            "first: $first",
            with: "first: 100"
        )
        connection.pageSizeVariable = nil
        let error = try await TeamServer([]) { _ in .json(Self.tooLarge) }.failing(connection)
        #expect(error?.code == .limitExceeded)
    }

    @Test("A gateway that says when to come back is obeyed: nothing is asked before")
    func retryAfterOfAGateway() async throws {
        let server = TeamServer([]) { _ in .json("", status: 502, headers: [("Retry-After", "7")]) }
        let error = try await server.failing()
        #expect(error?.retryAfter == .seconds(7))
    }
}
