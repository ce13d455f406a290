import Catalog
import Foundation
import TestSupport
import Testing

@testable import TidemarkCommands

/// What comes from the environment or a file is planted in every part of a request, under names that say nothing, at a
/// server that gives it back wherever it can.
@Suite struct HiddenVariablesTests {
    private static let planted = [
        "IN_PATH": "p4th/pl+nted", "IN_QUERY": "qu3ry pl+nted", "IN_TEXT": "t3xt-planted", "IN_BODY": "b0dy\"planted",
        "IN_LIST": "l1st-planted", "IN_HEADER": "h3ader-planted", "IN_EACH": "3ach-planted",
        "IN_DETAIL": "d3tail-planted",
        "IN_START": "st4rt-planted", "IN_CURSOR": "curs0r-planted", "IN_VARIABLE": "var1able-planted",
        "IN_ARGUMENT": "argum3nt-planted", "IN_PROGRAM": "pr0gram-planted", "IN_TOKEN": "t0ken-planted",
    ]

    private func yaml(_ url: String) -> String {
        """
        providers:
          lists:
            source:
              http:
                url: \(url)/${IN_PATH}/lists
                method: POST
                auth: { bearer: "file:token" }
                headers: { X-Tenant: "tenant ${IN_HEADER}" }
                query: { filter: "${IN_QUERY}", tags: [a, "${IN_LIST}"] }
                body: { json: { filter: { text: "is ${IN_BODY}" } } }
                start: [{ query: { from: "${IN_START}" } }]
                pagination: { cursor: { next: .next, parameter: after, in: body, first: "${IN_CURSOR}" } }
                records: .items[]
                details:
                  more: { url: '/more/\\(.name)', query: { of: "${IN_DETAIL}" } }
                each:
                  parts:
                    parent: "{name}"
                    url: '/parts/${IN_EACH}/\\($parent.name)'
                    method: POST
                    body: { text: "${IN_TEXT}" }
                    records: .items[]
                    entity: '{ apiVersion: "v1", kind: "Component", metadata: { name: .name, title: .echo }, spec: {} }'
          graph:
            source:
              graphql:
                url: \(url)/graphql
                query: "query($n: String, $first: Int, $after: String) { things(n: $n, first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { name echo } } }"
                variables: { n: "${IN_VARIABLE}" }
                connection: things
                entity: '{ apiVersion: "v1", kind: "Component", metadata: { name: .name, title: .echo }, spec: {} }'
          program:
            source:
              exec:
                command: [sh, -c, 'read line; echo "$1 $X" >&2; echo "{\\"entities\\":[{\\"kind\\":\\"$1 $X\\"}],\\"next\\":[]}"', sh, "${IN_ARGUMENT}"]
                environment: { X: "${IN_PROGRAM}" }
        """
    }

    /// Gives back all that it was sent.
    @Sendable private static func answer(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        let sent = [request.uri.removingPercentEncoding ?? "", request.uri, request.header("x-tenant") ?? ""]
        let echo = JSON.string(sent.joined(separator: " ") + String(decoding: request.body, as: UTF8.self)).description
        let headers = [("X-Page-Echo", request.uri), ("Set-Cookie", request.header("authorization") ?? "")]
        switch request.path.split(separator: "/").first {
        case "graphql":
            let nodes = #"[{"name":"a","echo":\#(echo)}]"#
            return .json(
                #"{"data":{"things":{"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":\#(nodes)}}}"#,
                headers: headers
            )
        case "parts": return .json(#"{"items":[{"name":"part","echo":\#(echo)}]}"#, headers: headers)
        default: return .json(#"{"items":[{"name":"a","echo":\#(echo)}],"next":null}"#, headers: headers)
        }
    }

    private func expectNothing(in text: String, _ place: String) {
        for (name, secret) in Self.planted {
            let json = String(JSON.string(secret).description.dropFirst().dropLast())
            let percent =
                secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-")))
                ?? ""
            for form in [secret, json, percent] where text.contains(form) {
                Issue.record("\(name) is in \(place): \(text)")
            }
        }
    }

    @Test("Nothing that came from the environment is shown or recorded, and a replay finds its answers without it")
    func planted() async throws {
        try await withCheck { check in
            try await HTTPTestServer.with(Self.answer) { server in
                let token = Self.planted["IN_TOKEN"] ?? ""
                try token.write(toFile: check.directory + "/token", atomically: true, encoding: .utf8)
                try check.write(yaml(server.url))
                for provider in ["lists", "graph", "program"] {
                    let folder = "\(check.directory)/\(provider)"
                    for arguments in [
                        ["--pages", "4"], ["--pages", "4", "--json"], ["--pages", "4", "--record", folder],
                    ] {
                        let live = await check([provider] + arguments, environment: Self.planted)
                        #expect(live.output.contains("***"), "\(live.output)\(live.errors)")
                        expectNothing(in: live.output + live.errors, "\(provider) \(arguments)")
                    }
                    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                        expectNothing(in: text, "\(provider)/\(name)")
                    }
                }
                // They were sent.
                let sent = server.requests.map { $0.uri + String(decoding: $0.body, as: UTF8.self) }.joined(
                    separator: "\n"
                )
                for part in [
                    "p4th/pl+nted", "qu3ry%20pl%2Bnted", "b0dy", "st4rt", "curs0r", "d3tail", "3ach", "t3xt",
                    "var1able",
                ] {
                    #expect(sent.contains(part), "\(part): \(sent)")
                }
                let asked = server.requests.count
                try FileManager.default.removeItem(atPath: check.directory + "/token")
                for provider in ["lists", "graph", "program"] {
                    let replayed = await check([provider, "--replay", "\(check.directory)/\(provider)"])
                    #expect(!(replayed.output + replayed.errors).contains("has no answer"), "\(replayed.output)")
                    #expect(!replayed.errors.contains("is not set"), "\(replayed.errors)")
                    #expect(provider == "program" || replayed.status == 0, "\(replayed.output)\(replayed.errors)")
                }
                #expect(server.requests.count == asked)
            }
        }
    }

    @Test("The host of a URL, a variable that holds a whole URL, names and numbers are shown")
    func whatIsNoSecret() async throws {
        try await withCheck { check in
            try await HTTPTestServer.with { _ in
                .json("[]")
            } _: { server in
                try check.configure(
                    "${BASE}/orgs/${GITHUB_ORG}",
                    "query: { id: \"${NUMBER}\", region: \"${AWS_REGION}\", text: \"${TEXT}\" }",
                    "entity: ."
                )
                let shown = await check(
                    "--pages",
                    "1",
                    environment: [
                        "BASE": server.url + "/api/v3", "GITHUB_ORG": "acme-org", "NUMBER": "12345678",
                        "AWS_REGION": "eu-central-1", "TEXT": "anything",
                    ]
                )
                let request = "GET \(server.url)/api/v3/orgs/acme-org?id=12345678&region=eu-central-1&text=***"
                #expect(shown.output.contains(request), "\(shown.output)")
            }
        }
    }
}
