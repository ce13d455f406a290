import Catalog
import EntitySources
import Ingestion
import Logging
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite("check --pages") struct ProviderCheckDetailTests {
    private static let entity = #"""
        entity: '{ apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: { name: .name }, spec: {} }'
        """#

    /// Five pages of two records.
    private func respond(to request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        let page = Int(request.query("page").first ?? "") ?? 1
        return .json(
            #"{"items":[{"name":"a-\#(page)","n":1},{"name":"b-\#(page)","n":[1]},{"name":"not \#(page)"}]}"#,
            headers: [
                ("Link", "</items?page=\(page + 1)>; rel=next"), ("ETag", "\"e\(page)\""),
                ("X-RateLimit-Remaining", "7"),
                ("Server", "test"), ("Set-Cookie", "session=abc"),
            ]
        )
    }

    @Test("Shows requests without secrets, answers, records, entities, what was rejected, cursors and times")
    func showsEachStep() async throws {
        try await withCheck { check in
            try await HTTPTestServer.with(respond) { server in
                try check.configure(
                    server.url + "/items",
                    "auth: { bearer: \"${TOKEN}\" }",
                    "headers: { X-Tenant: \"${TENANT}\" }",
                    "query: { size: 2 }",
                    "pagination: linkHeader",
                    "records: .items[]",
                    Self.entity
                )
                let secrets = ["TOKEN": "t0ken-secret", "TENANT": "tenant-secret"]
                let (status, output, errors) = await check("--pages", "2", "--entities", "1", environment: secrets)
                #expect(status == 1)
                #expect(server.requests.map(\.uri) == ["/items?size=2", "/items?page=2"])
                for text in [
                    "a: 2 pages, 4 entities, 2 rejected, ", "\nPage 1 ", "\nPage 2 ", "requests ", ", mapping ",
                    ", validation ", "  cursor    none: a cycle begins\n",
                    "  request   GET \(server.url)/items?size=2\n", "            Authorization: ***\n",
                    "            X-Tenant: ***\n", "  answer    200 OK, 72 bytes of application/json, ",
                    "            ETag: \"e1\"\n", "            X-RateLimit-Remaining: 7\n",
                    "  records   3\n            {\"name\":\"a-1\",\"n\":1}\n            … and 2 more\n",
                    "  entities  2\n            apiVersion: backstage.io/v1alpha1\n",
                    "              name: a-1\n", "            … and 1 more\n",
                    "  rejected  1\n            an entity: metadata.name is \"not 1\": expected 1 to 63 letters",
                    "  next      {\"url\":\"\(server.url)/items?page=2\"}\n",
                    "  cursor    {\"url\":\"\(server.url)/items?page=2\"}\n",
                ] {
                    #expect(output.contains(text), "\(text)\n\(output)")
                }
                #expect(!(output + errors).contains("secret"))
                #expect(!output.contains("session=abc"))

                let json = try JSON(parsing: await check("--pages", "2", "--json", environment: secrets).output)
                let page = try #require(json["providers"]?[0]?["pages"]?[1])
                #expect(page["cursor"] == ["url": .string("\(server.url)/items?page=2")])
                #expect(page["requests"]?[0]?["request"] == .string("GET \(server.url)/items?page=2"))
                #expect(page["requests"]?[0]?["answer"]?["status"] == 200)
                #expect(page["records"]?["count"] == 3)
                #expect(page["records"]?["shown"]?[1] == ["name": "b-2", "n": [1]])
                #expect(page["entities"] == 2)
                #expect(page["rejected"]?[0]?["reason"]?.string?.hasPrefix("metadata.name") == true)
                #expect(page["next"]?[0]?["url"] == .string("\(server.url)/items?page=3"))
                #expect(page["milliseconds"]?["mapping"]?.number != nil)
            }
        }
    }

    @Test("Goes down the first chain of a fork, past what has no entities")
    func forks() async throws {
        let source = PageServer(chains: 3, pageSize: 1)
        source.list(
            (0..<5).map { number in
                let name = "entity-\(number)"
                return JSONText(
                    bytes: Array(
                        #"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"\#(name)"},"spec":{}}"#
                            .utf8
                    )
                )
            }
        )
        try await withCheck { check in
            try await HTTPTestServer.with(source.respond) { server in
                try check.configure(server.url)
                let (status, output, _) = await check("--pages", "3")
                #expect(status == 0)
                #expect(output.contains("a: 4 pages, 3 entities"))
                #expect(output.contains("  next      forks into 3 chains\n            \"0:0\"\n            \"1:0\"\n"))
                #expect(output.contains("  next      none: the chain ends; 2 chains beside it\n"))
                #expect(output.contains("  request   POST \(server.url)/\n"))
                #expect(output.contains("\n            cursor: 1:0\n"))
                #expect(source.reads == ["null": 1, "0:0": 1, "0:1": 1, "1:0": 1])

                let short = await check()
                #expect(short.output.contains("  0 entities, forks into 3 chains\n  1 entity, next: \"0:1\"\n"))
                #expect(short.output.contains("      name: entity-0\n"))
            }
        }
    }

    @Test func aPageThatCannotBeReadIsTheLast() async throws {
        try await withCheck { check in
            try await HTTPTestServer.with { request in
                request.query("page").isEmpty ? respond(to: request) : .json(#"{"message":"no"}"#, status: 500)
            } _: { server in
                try check.configure(server.url, "pagination: linkHeader", "records: .items[]", Self.entity)
                let (status, output, _) = await check("--pages", "5")
                #expect(status == 1)
                #expect(output.contains("1 page, 2 entities, 1 rejected, page 2 cannot be read"))
                #expect(output.contains("  answer    500 Internal Server Error, 16 bytes of application/json"))
                #expect(output.contains("  error     t.yaml:5:14: providers.a.source.http.url: unavailable: GET"))
                #expect(server.requests.count == 2)
            }
        }
    }

    @Test func aProgramIsShownWithItsMessages() async throws {
        try await withCheck { check in
            let program = #"read line; echo "reading t0ken-secret" >&2; echo "{\"entities\":[],\"next\":[]}""#
            let yaml =
                "providers: {a: {source: {exec: {command: [sh, -c, '\(program)'], environment: {TOKEN: '${TOKEN}'}}}}}\n"
            try check.write(yaml)
            let (status, output, _) = await check("--pages", "1", environment: ["TOKEN": "t0ken-secret"])
            #expect(status == 0)
            #expect(output.contains("            TOKEN=***\n"))
            #expect(output.contains("\n            cursor: null\n"))
            #expect(output.contains("  answer    25 bytes, "))
            #expect(output.contains("  messages  reading ***\n"))
            #expect(!output.contains("records"))
        }
    }

    @Test("No line is wider than the terminal", arguments: [40, 60, 120])
    func isNoWiderThanTheTerminal(_ width: Int) async throws {
        try await HTTPTestServer.with(respond) { server in
            let configuration = try parse(
                """
                providers:
                  a:
                    source:
                      http:
                        url: \(server.url)/items
                        query: { filter: \(String(repeating: "long", count: 40)) }
                        pagination: linkHeader
                        records: .items[]
                        \(Self.entity)
                """
            )
            let section = try #require(configuration.providers[0].source)
            let source = try section.value.build(Logger(label: "test"))
            var check = ProviderCheck("a", section, file: "t.yaml")
            let provider = configuration.providers[0].provider(source: source)
            await check.read(provider, section, pages: 2, Rehearsal(records: 3)) { _, _ in }
            let lines = check.detail(shown: 2, file: "t.yaml", width: width, style: .plain)
            #expect(lines.count > 30)
            for line in lines { #expect(TextWidth.of(line) <= width, "\(line)") }
            let coloured = check.detail(shown: 2, file: "t.yaml", width: width, style: Style(isEnabled: true))
            #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9]+m/#, with: "") } == lines)
            #expect(coloured != lines)
        }
    }

    @Test(arguments: [
        (["--pages", "0"], "--pages must be at least 1"),
        (["--record", "a", "--replay", "b"], "give --record or --replay, not both"),
        (["--entities", "-1"], "--entities"),
    ])
    func wrongOptions(_ options: [String], _ message: String) async throws {
        let console = TestConsole()
        let status = await Console.$current.withValue(console.console()) {
            await CommandLineInterface.run(["check"] + options)
        }
        #expect(status == 2)
        #expect(console.errors.contains(message), "\(console.errors)")
    }
}
