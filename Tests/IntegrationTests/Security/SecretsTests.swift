import CatalogConsumer
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// Secrets are planted everywhere that one can be given, by sources that give them back wherever they can; then they are
/// looked for in everything that is written, printed or stored.
@Suite struct SecretsTests {
    private static let planted = [
        "REDIS_PASSWORD": "r3dis-Passw0rd/pl+nted", "BEARER": "b3arer-Tok3n/pl+nted", "BASIC": "b4sic-Passw0rd/pl+nted",
        "HEADER": "h3ader-Key/pl+nted==", "QUERY": "qu3ry-Key/pl+nted", "PROGRAM": "pr0gram-Tok3n/pl+nted",
        "FILE": "f1le-Tok3n/pl+nted",
    ]

    @Test("a planted secret is in no log, no error, no output of a command, and in no key or value of Redis")
    func planted() async throws {
        try await HTTPTestServer.with(Self.answer) { server in
            try await withTemporaryDirectory { directory in
                try await withRedisServer(directory: directory + "/redis") { local in
                    guard case .unixSocket(let socket) = local.address else { throw Unexpected() }
                    try await withRedisClient(local) { admin in
                        let password = Self.planted["REDIS_PASSWORD"] ?? ""
                        _ = try await admin.call("ACL", "SETUSER", "app", "on", ">\(password)", "~*", "&*", "+@all")
                        try write(server.url, socket, in: directory)
                        try await run(in: directory, Operations(store: Store(redis: admin)))
                        try expectNothing(in: try await dump(admin), of: "Redis")
                    }
                }
            }
        }
    }

    private func run(in directory: String, _ operations: Operations) async throws {
        var environment = Self.planted
        environment["FILE"] = nil
        try await withTidemark(
            ["worker", "--http", "0", "--log-level", "trace", "--log-format", "json"],
            name: "worker",
            in: directory,
            environment: environment
        ) { worker in
            try await withTidemark(
                ["consume", "--log-level", "trace"],
                name: "consume",
                in: directory,
                environment: environment
            ) { consumer in
                // Each source has done its worst.
                for name in ["basic", "header", "program", "from-file", "next-url"] {
                    try await eventually { try await operations.status(of: name).failures > 0 }
                }
                try await eventually { try await operations.status(of: "bearer").completed == 1 }
                try await eventually { try await operations.status(of: "query").completed == 1 }
                let errors = try await operations.status(of: "basic").error
                #expect(errors?.contains("it says: you sent Basic ***") == true, "\(errors ?? "")")
                try await eventually { consumer.lines.contains { $0.contains("consuming") } }

                let rejected = try await operations.rejected("bearer", most: 10)
                #expect(rejected.count == 3, "\(rejected)")
                let error = try await operations.status(of: "next-url").error
                #expect(error?.contains("secret of the configuration") == true, "\(error ?? "")")
                #expect(try await operations.status(of: "bearer").known == 2)

                var commands = [
                    ["check"], ["check", "--json"], ["status"], ["status", "--json"], ["verify"], ["worker", "--help"],
                    ["purge", "no-such-provider"], ["check", "basic"],
                    ["status", "--redis-url", "redis://:wrong@127.0.0.1:1"],
                ]
                for name in ["bearer", "basic", "header", "query", "program", "next-url"] {
                    commands += [["show", name], ["show", name, "--json"], ["rejected", name, "--json"]]
                    commands.append(["sweep", "show", name])
                }
                for command in commands {
                    let result = try await tidemark(
                        command + ["--log-level", "trace"],
                        in: directory,
                        environment: environment
                    )
                    try expectNothing(in: result.output + result.errors, of: command.joined(separator: " "))
                }
                for (variable, value) in [("REDIS_PASSWORD", "wr0ng-Passw0rd"), ("BEARER", "")] {
                    var wrong = environment
                    wrong[variable] = value
                    let result = try await tidemark(["check"], in: directory, environment: wrong)
                    #expect(result.status != .exited(0))
                    try expectNothing(in: result.output + result.errors, of: "a wrong \(variable)")
                }
                let site = HTTPSite(port: try await HTTPSite.port(of: worker), token: "")
                let metrics = try await site.text("/metrics")
                #expect(try PrometheusText(metrics).series("tidemark_retries_total").values.reduce(0, +) >= 5)
                try expectNothing(in: metrics, of: "/metrics")
                try expectNothing(in: worker.lines.joined(separator: "\n"), of: "the worker's log")
                try expectNothing(in: consumer.lines.joined(separator: "\n"), of: "the consumer's log")
            }
        }
    }

    private static func answer(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        let echo =
            "you sent \(request.header("authorization") ?? "") \(request.header("x-api-key") ?? "") at \(request.uri)"
        func entity(_ name: String, _ description: String) -> String {
            #"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"\#(name)","description":"\#(description)"},"spec":{}}"#
        }
        let token = planted["BEARER"] ?? ""
        switch request.path {
        case "/bearer":
            // Good; not valid and long; not valid because of the secret; valid, but with the secret; good again.
            let long = String(repeating: "x", count: 1_900)
            return .json(
                """
                [\(entity("good", "")), \(entity("-not-valid", long + token)), \(entity(token, "")),
                \(entity("leak", "see \(token)")), \(entity("fine", ""))]
                """
            )
        case "/next-url":
            return .json(#"[]"#, headers: [("Link", "</next-url?page=2&access_token=\(token)>; rel=next")])
        case "/query":
            let key = request.query("key").first ?? ""
            return request.query("page").isEmpty
                ? .json("[]", headers: [("Link", "</query?page=2&key=\(key)>; rel=next")])
                : .json("[\(entity("page-two", ""))]")
        case "/header": return .json(#"{"message":"\#(echo)"}"#, status: 401)
        case "/file": return HTTPTestServer.Response(body: Array("not JSON but \(echo)".utf8))
        default: return HTTPTestServer.Response(status: 500, body: Array(echo.utf8))
        }
    }

    private func write(_ url: String, _ socket: String, in directory: String) throws {
        let yaml = """
            redis: { url: "redis+unix://\(socket)", username: app, password: "${REDIS_PASSWORD}" }
            dataDirectory: \(directory)
            consumer: { sqlite: \(directory)/catalog.sqlite }
            providers:
              bearer: { source: { http: { url: "\(url)/bearer", auth: { bearer: "${BEARER}" }, entity: . } } }
              basic: { source: { http: { url: "\(url)/basic", auth: { basic: { user: me, password: "${BASIC}" } }, entity: . } } }
              header: { source: { http: { url: "\(url)/header", auth: { header: { name: X-Api-Key, value: "${HEADER}" } }, entity: . } } }
              query:
                source:
                  http:
                    url: "\(url)/query"
                    auth: { query: { name: key, value: "${QUERY}" } }
                    pagination: { linkHeader: {} }
                    entity: .
              next-url:
                source:
                  http:
                    url: "\(url)/next-url"
                    headers: { Authorization: "Bearer ${BEARER}" }
                    pagination: { linkHeader: {} }
                    entity: .
              from-file: { source: { http: { url: "\(url)/file", auth: { bearer: "file:token" }, entity: . } } }
              program:
                source: { exec: { command: ["./program.sh"], environment: { API_TOKEN: "${PROGRAM}" } } }
            """
        try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
        try Data(((Self.planted["FILE"] ?? "") + "\n").utf8).write(to: URL(filePath: directory + "/token"))
        let program = """
            #!/bin/sh
            echo "I have $API_TOKEN" >&2
            read -r line
            echo '{"error":{"code":"unavailable","message":"refused for '"$API_TOKEN"'"}}'
            """
        try Data(program.utf8).write(to: URL(filePath: directory + "/program.sh"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory + "/program.sh")
    }

    /// Every key with everything in it.
    private func dump(_ redis: RedisClient) async throws -> String {
        var text = ""
        for key in try await redis.call("KEYS", "*").array?.compactMap(\.string) ?? [] {
            let command: [String]
            switch try await redis.call("TYPE", key).string {
            case "hash": command = ["HGETALL", key]
            case "list": command = ["LRANGE", key, "0", "-1"]
            case "set": command = ["SMEMBERS", key]
            case "zset": command = ["ZRANGE", key, "0", "-1"]
            case "stream": command = ["XRANGE", key, "-", "+"]
            default: command = ["GET", key]
            }
            let value = try await redis.send(RedisCommand(command[0], arguments: Array(command.dropFirst())))
            text += "\(key): \(Self.text(value))\n"
        }
        #expect(text.contains("component:default/good"))
        return text
    }

    private static func text(_ value: RESPValue) -> String {
        value.array.map { "[" + $0.map(text).joined(separator: ", ") + "]" } ?? value.string ?? "\(value)"
    }

    private func expectNothing(in text: String, of place: String) throws {
        for (name, secret) in Self.planted {
            let base64 = Data("me:\(secret)".utf8).base64EncodedString()
            let percent = secret.replacing("/", with: "%2F").replacing("+", with: "%2B").replacing("=", with: "%3D")
            for form in [secret, base64, percent, String(secret.prefix(10))] where text.contains(form) {
                let around = text.firstRange(of: form).map { range in
                    let start =
                        text.index(range.lowerBound, offsetBy: -100, limitedBy: text.startIndex) ?? text.startIndex
                    return text[start..<range.upperBound]
                }
                Issue.record("\(name) is in \(place): \(around ?? "")")
            }
        }
    }
}
