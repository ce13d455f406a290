import Catalog
import Testing

@testable import Administration

@Suite struct RouteAccessTests {
    /// What whoever may ask is answered about a provider that rests: in this order, each once.
    private static let answers: [(method: String, path: String, body: JSON?, status: Int)] = [
        ("GET", "/health", nil, 503), ("GET", "/incremental/health", nil, 200),
        ("GET", "/incremental/providers", nil, 200),
        ("GET", "/incremental/providers/github", nil, 200), ("GET", "/incremental/providers/github/marks", nil, 200),
        ("DELETE", "/incremental/providers/github/marks", nil, 200),
        ("POST", "/incremental/providers/github/trigger", nil, 200),
        ("POST", "/incremental/providers/github/start", nil, 200),
        ("POST", "/incremental/providers/github/cancel", nil, 200),
        ("DELETE", "/incremental/providers/github", nil, 200), ("POST", "/incremental/cleanup", nil, 200),
        ("GET", "/metrics", nil, 200), ("GET", "/api/v1/workers", nil, 200), ("GET", "/api/v1/providers", nil, 200),
        ("GET", "/api/v1/providers/github", nil, 200), ("GET", "/api/v1/providers/github/jobs", nil, 200),
        ("GET", "/api/v1/providers/github/history", nil, 200),
        ("GET", "/api/v1/providers/github/dead-jobs", nil, 200), ("GET", "/api/v1/providers/github/rejected", nil, 200),
        ("GET", "/api/v1/providers/github/stream", nil, 200), ("GET", "/api/v1/providers/github/sweep", nil, 200),
        ("POST", "/api/v1/providers/github/trigger", nil, 200), ("POST", "/api/v1/providers/github/start", nil, 200),
        ("POST", "/api/v1/providers/github/cancel", ["seconds": 60], 200),
        ("POST", "/api/v1/providers/github/resume", nil, 200), ("POST", "/api/v1/providers/github/pause", nil, 200),
        ("POST", "/api/v1/providers/github/resync", nil, 200),
        ("POST", "/api/v1/providers/github/sweep/approve", nil, 409),
        ("POST", "/api/v1/providers/github/sweep/discard", nil, 409),
        ("POST", "/api/v1/providers/github/dead-jobs/retry", nil, 409),
        ("POST", "/api/v1/providers/github/purge", ["publish": false], 200),
    ]

    @Test("every route with no token, a wrong one, one to read and one to manage: the right answer")
    func everyRoute() async throws {
        let open = OpenAPIDocumentTests.routes.filter { $0.scope == nil }.count
        // `/api/v1/watch` has no end: WatchEndpointsTests asks for it.
        #expect(Self.answers.count == OpenAPIDocumentTests.routes.count - open - 1)
        try await APISite.with { site in
            for (method, path, body, status) in Self.answers {
                let template = path.replacing("github", with: "{provider}")
                let scope = try #require(
                    OpenAPIDocumentTests.routes.first { $0.method.uppercased() == method && $0.path == template }?.scope
                )
                let none = try await site.ask(method, path, body, token: nil)
                #expect(none.status == 401 && none.headers["www-authenticate"]?.hasPrefix("Bearer") == true, "\(path)")
                for wrong in [AccessToken.generate().text, "", APISite.manage.sha256, APISite.manage.text + "0"] {
                    #expect(try await site.ask(method, path, body, token: wrong).status == 401, "\(method) \(path)")
                }
                let reading = try await site.ask(method, path, body, token: APISite.read.text)
                #expect(reading.status == (scope == "read" ? status : 403), "\(method) \(path): \(reading.json)")
                let managing = try await site.ask(method, path, body, token: APISite.manage.text)
                #expect(managing.status == status, "\(method) \(path): \(managing.json)")
            }
            for path in ["/health/live", "/health/ready", "/openapi.json"] {
                for token in [nil, "wrong", APISite.read.text, APISite.manage.text] {
                    #expect(try await site.ask("GET", path, token: token).status == 200, "\(path)")
                }
            }
            // A webhook has a signature of its own: no token opens it, and there is none for this provider.
            #expect(try await site.ask("POST", "/webhooks/github", [:], token: APISite.manage.text).status == 404)
        }
    }

    @Test("a token in the URL opens nothing")
    func tokensInURLs() async throws {
        try await APISite.with { site in
            for name in ["token", "access_token", "authorization"] {
                let answer = try await site.ask("GET", "/api/v1/workers?\(name)=\(APISite.read.text)", token: nil)
                #expect(answer.status == 401)
                #expect(try await site.ask("GET", "/api/v1/workers?\(name)=x").status == 400)
            }
        }
    }

    @Test("every change is in the log, with who made it and what came of it; no token is")
    func audit() async throws {
        try await APISite.with { site in
            try await site.ask("POST", "/api/v1/providers/github/pause")
            try await site.ask("POST", "/api/v1/providers/github/sweep/approve")
            try await site.ask("POST", "/api/v1/providers/github/start", token: APISite.read.text)
            try await site.ask("DELETE", "/incremental/providers/github")
            try await site.ask("POST", "/api/v1/providers/none/start")
            try await site.ask("GET", "/api/v1/providers", token: "a-wrong-token")
            let changes = site.log.lines.filter { $0.contains("change asked for over HTTP") }
            for (line, parts) in zip(
                changes,
                [
                    ["audit.action=pauseProvider", "audit.outcome=done", "provider.name=github"],
                    ["audit.action=approveSweep", "audit.outcome=conflict", "provider.name=github"],
                    ["audit.action=incrementalReset", "audit.outcome=done", "provider.name=github"],
                    ["audit.action=startProvider", "audit.outcome=unknown-provider", "provider.name=none"],
                ]
            ) {
                for part in parts + ["audit.caller=ops", "audit.client=127.0.0.1", "notice "] {
                    #expect(line.contains(part), "\(line)")
                }
            }
            #expect(changes.count == 4)
            let log = site.log.lines.joined(separator: "\n")
            #expect(log.contains("a change was refused") && log.contains("audit.caller=grafana"))
            for secret in [APISite.read.text, APISite.manage.text, "a-wrong-token"] { #expect(!log.contains(secret)) }
        }
    }
}
