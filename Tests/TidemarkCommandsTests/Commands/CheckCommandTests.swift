import Catalog
import Foundation
import Redis
import TestSupport
import Testing

@testable import TidemarkCommands

/// What `check` says of each way in which a source can be wrong: the place in the file, and the mend.
@Suite struct CheckCommandTests {
    /// Checks a file whose first provider begins on line 2.
    private func check(
        _ yaml: String,
        _ arguments: String...,
        environment: [String: String] = [:]
    ) async throws -> (status: Int32, output: String, errors: String) {
        try await withTemporaryDirectory { directory in
            let file = directory + "/t.yaml"
            try yaml.write(toFile: file, atomically: true, encoding: .utf8)
            let test = TestConsole()
            var environment = environment
            environment["PATH"] = "/usr/bin:/bin"
            let status = await Console.$current.withValue(test.console(environment: environment)) {
                await CommandLineInterface.run(["check", "-c", file] + arguments)
            }
            return (
                status, test.output.replacing(directory + "/", with: ""),
                test.errors.replacing(directory + "/", with: "")
            )
        }
    }

    private func http(_ port: Int, _ path: String, _ keys: String = "records: '.items[]'") -> String {
        "providers:\n  a:\n    source:\n      http:\n        url: http://127.0.0.1:\(port)\(path)\n        \(keys)\n"
    }

    private func withSource(_ body: (Int) async throws -> Void) async throws {
        try await HTTPTestServer.with { request in
            switch request.path {
            case "/unauthorized": .json(#"{"message":"Bad credentials"}"#, status: 401)
            case "/html": .init(headers: [("Content-Type", "text/html")], body: Array("<html>Log in</html>".utf8))
            default: .json(#"{"items":[{"name":"good","n":1},{"name":"not good","n":2}],"next":"abc"}"#)
            }
        } _: { server in
            try await body(server.port)
        }
    }

    @Test func aWrongKey() async throws {
        let (status, _, errors) = try await check("providers:\n  a:\n    sorce: {exec: {command: [a]}}\n")
        #expect(status == 2)
        #expect(errors == "t.yaml:3:5: error: providers.a.sorce: unknown key `sorce`\n    did you mean `source`?\n")
    }

    @Test("a GitHub App's key that is none is named by its place, and not shown")
    func aBadKey() async throws {
        let app = "githubApp:\n            appID: 1\n            privateKey: ${KEY}\n            installation: acme\n"
        let yaml = http(1, "/", "records: '.items[]'\n        auth:\n          " + app)
        let (status, _, errors) = try await check(yaml, environment: ["KEY": "n0t-a-key-at-all"])
        #expect(status == 2)
        #expect(
            errors.hasPrefix("t.yaml:10:25: error: providers.a.source.http.auth.githubApp.privateKey: is not an RSA"),
            "\(errors)"
        )
        #expect(!errors.contains("n0t-a-key-at-all"))
    }

    @Test func anUnreachableRedis() async throws {
        let yaml =
            "redis: {url: \"redis+unix:///nowhere/redis.sock\"}\nproviders: {a: {source: {exec: {command: ['true']}}}}\n"
        let (status, output, _) = try await check(yaml)
        #expect(status == 5)
        #expect(output.contains("where: t.yaml:1:14 (redis.url)"))
        #expect(output.contains("to do: start Redis, or correct redis.url"))
    }

    @Test func a401() async throws {
        try await withSource { port in
            let keys = "auth: {bearer: \"${TOKEN}\"}"
            let (status, output, errors) = try await check(
                http(port, "/unauthorized", keys),
                environment: ["TOKEN": "t0ken-secret"]
            )
            #expect(status == 1)
            #expect(output.contains("error: t.yaml:6:15: providers.a.source.http.auth: unauthorized:"))
            #expect(output.contains("401"))
            #expect(output.contains("check `auth`"))
            #expect(!(output + errors).contains("t0ken-secret"))
        }
    }

    @Test func aPageThatIsNotJSON() async throws {
        try await withSource { port in
            let (status, output, _) = try await check(http(port, "/html"))
            #expect(status == 1)
            #expect(output.contains("error: t.yaml:5:14: providers.a.source.http.url: invalid-page:"))
            #expect(output.contains("not JSON"))
            #expect(output.contains("does `url` give JSON"))
        }
    }

    @Test func aJQErrorInTheFile() async throws {
        let (status, _, errors) = try await check(http(1, "/", "entity: |\n          { a: 1,\n            b: }"))
        #expect(status == 2)
        #expect(errors.hasPrefix("t.yaml:8:1: error: providers.a.source.http.entity: "))
        #expect(errors.contains("syntax error"))
    }

    @Test func aJQErrorOnAPage() async throws {
        try await withSource { port in
            let (status, output, _) = try await check(
                http(port, "/", "records: '.items[]'\n        entity: .name + .n")
            )
            #expect(status == 1)
            #expect(output.contains("error: t.yaml:7:17: providers.a.source.http.entity: mapping-failed:"))
            #expect(output.contains("cannot be added"))
            #expect(output.contains("try the expression with jq"))
        }
    }

    @Test func anInvalidEntity() async throws {
        try await withSource { port in
            let entity = #"{ apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: { name: .name } }"#
            let yaml = http(
                port,
                "/",
                "records: '.items[]'\n        pagination: { cursor: { next: .next, parameter: after } }\n        entity: '\(entity)'"
            )
            let (status, output, _) = try await check(yaml)
            #expect(status == 1)
            #expect(output.contains("1 entity, 1 rejected, next: "))
            #expect(output.contains("    kind: Component\n"))
            #expect(output.contains("      name: good\n"))
            #expect(output.contains("rejected an entity: metadata.name is \"not good\""))
            #expect(output.contains("to do: mend the expression at t.yaml:8:17, or leave such records out"))

            let json = try JSON(parsing: try await check(yaml, "--json", "--entities", "0").output)
            #expect(json["providers"]?[0]?["entities"] == 1)
            #expect(json["providers"]?[0]?["shown"] == [])
            #expect(json["providers"]?[0]?["rejected"]?[0]?["reason"]?.string?.hasPrefix("metadata.name") == true)
            #expect(json["ok"] == false)
        }
    }

    @Test func aSourceThatIsNotThere() async throws {
        let (status, output, _) = try await check(
            "providers:\n  a:\n    source:\n      exec: { command: [./nothing.sh] }\n"
        )
        #expect(status == 1)
        #expect(output.contains("error: t.yaml:4:24: providers.a.source.exec.command: exited:"))
        #expect(output.contains("there is no such program"))
    }

    @Test func aProviderThatTheFileDoesNotHave() async throws {
        let (status, _, errors) = try await check("providers: {github: {source: {exec: {command: [a]}}}}\n", "githib")
        #expect(status == 3)
        #expect(errors.contains("did you mean `github`?"))
    }

    @Test("Nothing is written: Redis has no key after it")
    func writesNothing() async throws {
        try await withSource { port in
            try await withRedis { redis in
                guard case .unixSocket(let path) = redis.configuration.address else { throw Unexpected() }
                let yaml = http(port, "/") + "redis: {url: \"redis+unix://\(path)\"}\n"
                let (_, output, _) = try await check(yaml)
                let info = try await redis.client.call("INFO", "server").string ?? ""
                let isValkey = info.contains("valkey_version")
                #expect(output.contains(isValkey ? "Redis: Valkey " : "Redis: 7."))
                #expect(output.contains("appendonly"))
                let size = try await redis.client.send(RedisCommand("DBSIZE"))
                #expect(size.int == 0)
            }
        }
    }

    @Test("A Redis that may evict keys is refused")
    func evictionIsRefused() async throws {
        try await withRedis(arguments: ["--maxmemory-policy", "allkeys-lru"]) { redis in
            guard case .unixSocket(let path) = redis.configuration.address else { throw Unexpected() }
            let yaml = "redis: {url: \"redis+unix://\(path)\"}\nproviders: {a: {source: {exec: {command: [a]}}}}\n"
            let (status, output, _) = try await check(yaml)
            #expect(status == 5)
            #expect(output.contains("set maxmemory-policy to noeviction"))
        }
    }
}
