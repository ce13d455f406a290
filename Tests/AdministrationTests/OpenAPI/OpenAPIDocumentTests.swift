import Catalog
import Testing

@testable import Administration

@Suite struct OpenAPIDocumentTests {
    /// Every route that there is, and the scope that it needs: the contract, written a second time.
    static let routes: [(method: String, path: String, scope: String?)] = [
        ("get", "/health", "read"), ("get", "/health/live", nil), ("get", "/health/ready", nil),
        ("get", "/openapi.json", nil), ("post", "/webhooks/{provider}", nil),
        ("get", "/incremental/health", "read"), ("get", "/incremental/providers", "read"),
        ("post", "/incremental/cleanup", "manage"), ("get", "/incremental/providers/{provider}", "read"),
        ("delete", "/incremental/providers/{provider}", "manage"),
        ("post", "/incremental/providers/{provider}/trigger", "manage"),
        ("post", "/incremental/providers/{provider}/start", "manage"),
        ("post", "/incremental/providers/{provider}/cancel", "manage"),
        ("get", "/incremental/providers/{provider}/marks", "read"),
        ("delete", "/incremental/providers/{provider}/marks", "manage"),
        ("get", "/metrics", "read"), ("get", "/api/v1/workers", "read"), ("get", "/api/v1/watch", "read"),
        ("get", "/api/v1/providers", "read"),
        ("get", "/api/v1/providers/{provider}/history", "read"),
        ("get", "/api/v1/providers/{provider}", "read"), ("get", "/api/v1/providers/{provider}/jobs", "read"),
        ("get", "/api/v1/providers/{provider}/dead-jobs", "read"),
        ("get", "/api/v1/providers/{provider}/rejected", "read"),
        ("get", "/api/v1/providers/{provider}/stream", "read"), ("get", "/api/v1/providers/{provider}/sweep", "read"),
        ("post", "/api/v1/providers/{provider}/trigger", "manage"),
        ("post", "/api/v1/providers/{provider}/start", "manage"),
        ("post", "/api/v1/providers/{provider}/cancel", "manage"),
        ("post", "/api/v1/providers/{provider}/pause", "manage"),
        ("post", "/api/v1/providers/{provider}/resume", "manage"),
        ("post", "/api/v1/providers/{provider}/resync", "manage"),
        ("post", "/api/v1/providers/{provider}/purge", "manage"),
        ("post", "/api/v1/providers/{provider}/sweep/approve", "manage"),
        ("post", "/api/v1/providers/{provider}/sweep/discard", "manage"),
        ("post", "/api/v1/providers/{provider}/dead-jobs/retry", "manage"),
    ]

    @Test("the document has every route, with its scope, and no other; each is served")
    func routesAgree() async throws {
        try await APISite.with { site in
            var documented: Set<String> = []
            var names: Set<String> = []
            for (path, methods) in site.document["paths"]?.object ?? [:] {
                for (method, operation) in methods.object ?? [:] {
                    let scope = operation["security"]?[0]?["token"]?[0]?.string ?? "none"
                    documented.insert("\(method) \(path) \(scope)")
                    names.insert(try #require(operation["operationId"]?.string))
                }
            }
            #expect(documented == Set(Self.routes.map { "\($0.method) \($0.path) \($0.scope ?? "none")" }))
            #expect(names.count == Self.routes.count)
            for route in Self.routes {
                let path = route.path.replacing("{provider}", with: "github")
                let answer = try await site.ask(route.method.uppercased(), path, token: nil)
                #expect(answer.status != 405 && answer.code != "not-found" || path.hasPrefix("/webhooks"), "\(path)")
            }
        }
    }

    @Test("a method that a path does not take is 405 and names those that it does; another path is 404")
    func otherMethods() async throws {
        try await APISite.with { site in
            for (method, path, allowed) in [
                ("DELETE", "/health", "GET, HEAD"), ("PUT", "/api/v1/providers/github/pause", "POST"),
                ("PATCH", "/incremental/providers/github", "DELETE, GET, HEAD"),
                ("TRACE", "/openapi.json", "GET, HEAD"),
            ] {
                let answer = try await site.ask(method, path)
                #expect(answer.status == 405 && answer.headers["allow"] == allowed, "\(method) \(path)")
            }
            for path in ["/dashboard", "/api", "/api/v1/providers/github/nothing", "/incremental", "/health/live/no"] {
                #expect(try await site.ask("GET", path).status == 404, "\(path)")
            }
            #expect(try await site.ask("HEAD", "/incremental/health").status == 200)
        }
    }

    @Test("every schema that is named is there, and every one that is there is named")
    func references() async throws {
        try await APISite.with { site in
            func references(_ json: JSON) -> [String] {
                if let target = json["$ref"]?.string { return [target] }
                return (json.array ?? json.object.map { Array($0.values) } ?? []).flatMap(references)
            }
            let named = Set(references(site.document))
            let there = (site.document["components"]?["schemas"]?.object ?? [:]).keys
            #expect(named == Set(there.map { "#/components/schemas/\($0)" }))
        }
    }
}
