import Catalog
import EntitySources
import Ingestion
import Synchronization
import TestSupport
import Testing

@Suite struct NestedConnectionTests {
    /// Teams with 0 to 9 members and up to 4 labels.
    private static let teams = (0..<30).map { team in
        TeamServer.Team(
            id: "t\(team)",
            members: (0..<team % 10).map { "m\(team)-\($0)" },
            labels: (0..<team % 5).map { "l\(team)-\($0)" }
        )
    }

    private static func texts(_ names: [String]) -> String {
        "[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    @Test("Must show 3: nodes of nested connections are entities of their own, each exactly once, with `$parent`")
    func mapped() async throws {
        let server = TeamServer(Self.teams)
        var connection = TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members", "labels"))
        connection.pageSize = 7
        let (pages, entities) = try await server.read(connection) {
            $0.entity = "[.id, keys]"
            $0.nested["members"] = .init(
                connection: TeamServer.nested("members"),
                use: .map(entity: "[$parent.name, .name]", parent: "{name}")
            )
            $0.nested["labels"] = .init(
                connection: TeamServer.nested("labels"),
                use: .map(entity: "[($parent | keys), .name]")
            )
        }
        let expected = Self.teams.flatMap { team in
            [#"["\#(team.id)",["id","name"]]"#] + team.members.map { #"["Team \#(team.id)","\#($0)"]"# }
                + team.labels.map { #"[["id","name"],"\#($0)"]"# }
        }
        #expect(entities.sorted() == expected.sorted())
        let goingOn = Self.teams.prefix(7).map { ($0.members.count > 2 ? 1 : 0) + ($0.labels.count > 2 ? 1 : 0) }
            .reduce(0, +)
        #expect(pages[0].next.count == 1 + goingOn)
        #expect(pages[0].next[1]["nested"]?[0]?["after"] == "opaque:2")
    }

    @Test(
        "Must show 3: nodes of nested connections are collected into their parent's record",
        arguments: [false, true]
    )
    func collected(_ hasEdges: Bool) async throws {
        let server = TeamServer(Self.teams, hasEdges: hasEdges)
        let body = hasEdges ? "edges { node { name } }" : "nodes { name }"
        let names = hasEdges ? ".edges[].node.name" : ".nodes[].name"
        var connection = TeamServer.connection(
            hasEdges ? "edges { node" : "nodes",
            nested: TeamServer.nestedSelection("members", "labels", body: body) + (hasEdges ? "}" : "")
        )
        connection.pageSize = 7
        let (_, entities) = try await server.read(connection) {
            $0.entity = "[.id, [.members\(names)], [.labels\(names)], .members.pageInfo.hasNextPage]"
            for field in ["members", "labels"] {
                $0.nested[field] = .init(connection: TeamServer.nested(field, body: body), use: .collect())
            }
        }
        let expected = Self.teams.map { #"["\#($0.id)",\#(Self.texts($0.members)),\#(Self.texts($0.labels)),false]"# }
        #expect(entities.sorted() == expected.sorted())
    }

    @Test func oneIsCollectedAndAnotherMapped() async throws {
        var connection = TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members", "labels"))
        connection.pageSize = 4
        let (_, entities) = try await TeamServer(Self.teams).read(connection) {
            // Records look at the whole answer: the query's other data is there for a record that is completed later.
            $0.records = ".data.organization.teams.nodes[]"
            $0.entity = "[.id, [.members.nodes[].name], has(\"labels\")]"
            $0.nested["members"] = .init(connection: TeamServer.nested("members"), use: .collect())
            $0.nested["labels"] = .init(
                connection: TeamServer.nested("labels"),
                use: .map(entity: ".name", parent: "null")
            )
        }
        let expected =
            Self.teams.map { #"["\#($0.id)",\#(Self.texts($0.members)),false]"# }
            + Self.teams.flatMap(\.labels).map { "\"\($0)\"" }
        #expect(entities.sorted() == expected.sorted())
    }

    @Test("A page with more than 1,000 nested chains shares them out among as many as it may fork into")
    func manyChains() async throws {
        let teams = (0..<1_300).map {
            TeamServer.Team(id: "t\($0)", members: ["a\($0)", "b\($0)", "c\($0)"], labels: ["x", "y", "z"])
        }
        var connection = TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members", "labels"))
        connection.pageSize = 1_250
        let (pages, entities) = try await TeamServer(teams).read(connection) {
            $0.entity = "[.labels.nodes[].name]"
            $0.nested["members"] = .init(
                connection: TeamServer.nested("members"),
                use: .map(entity: ".name", parent: "null")
            )
            $0.nested["labels"] = .init(connection: TeamServer.nested("labels"), use: .collect())
        }
        #expect(pages[0].next.count <= 1_000)
        #expect(pages[0].next.count > 800)
        let expected = teams.flatMap(\.members).map { "\"\($0)\"" } + teams.map { _ in #"["x","y","z"]"# }
        #expect(entities.sorted() == expected.sorted())
    }

    @Test func aRecordWithMorePagesThanAllowedIsAnError() async throws {
        let server = TeamServer([.init(id: "t", members: (0..<20).map { "m\($0)" })])
        await #expect(throws: SourceError.self) {
            try await server.read(TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members"))) {
                $0.nested["members"] = .init(connection: TeamServer.nested("members"), use: .collect(maxPages: 6))
            }
        }
        let (_, entities) = try await server.read(
            TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members"))
        ) {
            $0.entity = ".members.nodes | length"
            $0.nested["members"] = .init(connection: TeamServer.nested("members"), use: .collect(maxPages: 7))
        }
        #expect(entities == ["20"])
    }

    /// A team of 30 members in pages of 3, and a server that fails the third of its calls, the sixth, and so on.
    private static func failing(
        _ failure: HTTPTestServer.Response,
        members: [String],
        _ answered: @escaping @Sendable (JSON) -> Void = { _ in }
    ) -> TeamServer {
        let calls = Atomic(0)
        return TeamServer([.init(id: "t", members: members)]) { variables in
            guard variables["id"] != nil else { return nil }
            if calls.add(1, ordering: .relaxed).newValue % 3 == 0 { return failure }
            answered(variables["after"] ?? .null)
            return nil
        }
    }

    @Test(
        "A record of many pages goes on where a call failed: no page of it is read twice",
        arguments: [
            .json("{}", status: 429, headers: [("Retry-After", "1")]), .json("{}", status: 502),
            .json("{}", status: 503), .json(#"{"errors":[{"type":"RATE_LIMITED","message":"slow down"}]}"#),
        ] as [HTTPTestServer.Response]
    )
    func aFailureInTheMiddle(_ failure: HTTPTestServer.Response) async throws {
        let members = (0..<30).map { "m\($0)" }
        let answered = Mutex<[JSON]>([])
        let server = Self.failing(failure, members: members) { after in answered.withLock { $0.append(after) } }
        let connection = TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members"))
        let (pages, entities) = try await server.read(connection) {
            $0.entity = "[.members.nodes[].name]"
            $0.nested["members"] = .init(connection: TeamServer.nested("members"), use: .collect())
        }
        #expect(entities == [Self.texts(members)])
        #expect(answered.withLock { $0 } == [.null] + (1..<10).map { .string("opaque:\($0 * 3)") })
        #expect(pages.compactMap { $0.next.first?["parents"]?[0]?["begun"]?["pages"] } == [2, 4, 6, 8])
    }

    @Test("What is longer than a cursor may be is not kept: the record is read again, and the failure is the page's")
    func tooLongToKeep() async throws {
        let members = (0..<9).map { "\($0)" + String(repeating: "m", count: 50_000) }
        let server = Self.failing(.json("{}", status: 503), members: members)
        let connection = TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members"))
        let error = await #expect(throws: SourceError.self) {
            try await server.read(connection) {
                $0.nested["members"] = .init(connection: TeamServer.nested("members"), use: .collect())
            }
        }
        #expect(error?.code == .unavailable)
    }

    @Test("The page size of nested connections is lowered as well", arguments: [true, false])
    func thePageSizeIsLowered(_ isCollected: Bool) async throws {
        let server = TeamServer([.init(id: "t", members: (0..<9).map { "m\($0)" })]) { variables in
            guard variables["id"] != nil, (variables["first"]?.integer ?? 0) > 1 else { return nil }
            return .json(
                #"{"errors":[{"message":"Query has complexity of 290, which exceeds max complexity of 250"}]}"#
            )
        }
        let connection = TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members"))
        let (pages, entities) = try await server.read(connection) {
            $0.entity = isCollected ? ".members.nodes[].name" : "empty"
            $0.nested["members"] = .init(
                connection: TeamServer.nested("members"),
                use: isCollected ? .collect() : .map(entity: ".name")
            )
        }
        #expect(entities.sorted() == (0..<9).map { "\"m\($0)\"" })
        #expect(pages.contains { $0.entities.isEmpty && $0.next.count == 1 && $0.next[0]["first"] == 1 })
    }

    @Test(
        "U11: a node without its nested connection fails the page",
        arguments: [
            (#"{"id":"t"}"#, "`organization.teams.nodes[0].members` is missing"),
            (#"{"id":"t","members":null}"#, "`organization.teams.nodes[0].members` is null"),
            (#"{"id":"t","members":{"nodes":[]}}"#, "has no `pageInfo"),
            (
                #"{"id":"t","members":{"pageInfo":{"hasNextPage":false},"nodes":[null]}}"#,
                "`organization.teams.nodes[0].members.nodes[0]` is null"
            ),
        ]
    )
    func aNodeWithoutItsConnection(_ node: String, _ message: String) async throws {
        let body = #"{"data":{"organization":{"teams":{"pageInfo":{"hasNextPage":false},"nodes":[\#(node)]}}}}"#
        let server = TeamServer([]) { _ in .json(body) }
        let error = try await server.failing(
            TeamServer.connection("nodes", nested: TeamServer.nestedSelection("members"))
        ) {
            $0.nested["members"] = .init(connection: TeamServer.nested("members"), use: .map(entity: "."))
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }
}
