import Catalog
import Foundation
import Ingestion
import Redis
import TestSupport
import Testing

@testable import TidemarkCommands

/// `tidemark event`, against a real Redis.
@Suite struct EventCommandTests {
    private struct Site {
        let engine: TestEngine
        let configuration: String

        func run(_ arguments: String..., input: String? = nil) async -> (status: Int32, output: String, errors: String)
        {
            let test = TestConsole()
            let console = test.console(environment: ["TOKEN": "a-token-of-the-source"], input: input)
            let status = await Console.$current.withValue(console) {
                await CommandLineInterface.run(arguments + ["-c", configuration])
            }
            return (status, test.output, test.errors)
        }
    }

    private func withSite(_ body: (Site) async throws -> Void) async throws {
        let provider = Provider.test("github", TestSource(names: ["a", "b"])) {
            $0.annotationKey = "example.com/provider"
            $0.locationKey = "keys"
        }
        try await withEngine([provider]) { engine in
            try await engine.runCycle("github")
            guard case .unixSocket(let path) = engine.store.redis.configuration.address else { throw Unexpected() }
            try await withTemporaryDirectory { directory in
                let file = directory + "/tidemark.yaml"
                try Data(
                    """
                    redis: { url: "redis+unix://\(path)" }
                    providers:
                      github:
                        annotationKey: example.com/provider
                        locationKey: keys
                        source: { http: { url: "https://api.example.com", auth: { bearer: "${TOKEN}" }, entity: . } }
                    """.utf8
                ).write(to: URL(filePath: file))
                try await body(Site(engine: engine, configuration: file))
            }
        }
    }

    private static let entity = TestSource.entity("new").description

    @Test("an event from standard input is on the stream at once, as the provider's own entities are")
    func standardInput() async throws {
        try await withSite { site in
            let event = #"{"added": [{"entity": \#(Self.entity)}], "removed": [{"entityRef": "component:a"}, "a:b/c"]}"#
            let result = await site.run("event", "github", input: event)
            #expect(result.errors == "")
            #expect(result.output == "github: 1 added or changed, 0 unchanged, 1 removed.\n")
            #expect(result.status == 0)
            let entry = try #require(try await site.engine.deltas(of: "github").last)
            #expect(entry.origin == .event && entry.added[0].locationKey == "keys")
            let body = try JSON(parsing: entry.added[0].entity.body)
            #expect(body["metadata"]?["annotations"]?["example.com/provider"] == "github")
        }
    }

    @Test("an entity that is not valid, or has a token in it, refuses the event; --skip-invalid applies the rest")
    func invalid() async throws {
        try await withSite { site in
            let leak = TestSource.entity("leak", title: "a-token-of-the-source")
            let event =
                #"{"added": [{"entity": \#(Self.entity)}, {"entity": {"kind": "Component"}}, {"entity": \#(leak)}]}"#
            let before = try await site.engine.deltas(of: "github").count
            let refused = await site.run("event", "github", input: event)
            #expect(refused.status == 1 && refused.output == "")
            #expect(refused.errors.contains("2 entities are not valid, and nothing was applied:\n  "))
            #expect(refused.errors.contains("component:default/leak: it contains a secret of the configuration"))
            #expect(!refused.errors.contains("a-token-of-the-source"))
            #expect(try await site.engine.deltas(of: "github").count == before)

            let file = site.configuration + ".json"
            try Data(event.utf8).write(to: URL(filePath: file))
            let applied = await site.run("event", "github", "--file", file, "--skip-invalid", "--json")
            #expect(applied.status == 0)
            let json = try JSON(parsing: applied.output)
            #expect(json["added"] == 1 && json["rejected"]?.array?.count == 2)
            #expect(json["rejected"]?[1]?["entityRef"] == "component:default/leak")
            #expect(try await site.engine.deltas(of: "github").count == before + 1)
        }
    }

    @Test("what cannot be read is an error that says what to do")
    func errors() async throws {
        try await withSite { site in
            let syntax = await site.run("event", "github", input: "{\n \"added\": ]")
            #expect(syntax.status == 1)
            #expect(syntax.errors.contains("the event is not JSON") && syntax.errors.contains("line 2, column 11"))
            #expect(syntax.errors.contains("where: standard input"))
            let nothing = await site.run("event", "github")
            #expect(nothing.status == 2 && nothing.errors.contains("--file FILE"))
            let missing = await site.run("event", "github", "--file", "/nowhere/x.json")
            #expect(missing.status == 1 && missing.errors.contains("No such file"))
            let unknown = await site.run("event", "githib", input: "{}")
            #expect(unknown.status == 3 && unknown.errors.contains("did you mean `github`?"))
            try await site.engine.operations.purge("github", publish: false, locationKey: "keys")
            let purged = await site.run("event", "github", input: #"{"removed": ["a:b/c"]}"#)
            #expect(purged.status == 4 && purged.errors.contains("tidemark start github"))
        }
    }
}
