import Catalog
import DemoSource
import Foundation
import Logging
import TestSupport

/// What an example is tried against: a server on this machine that answers as the example's comment says.
enum ExampleSource {
    /// An example for which there is none.
    struct Missing: Error {}

    /// Calls `body` with the environment that the example needs, while its source is there.
    static func with(_ file: String, _ body: ([String: String]) async throws -> Void) async throws {
        switch file {
        case "debian-packages.yaml", "debian-packages-sharded.yaml", "details.yaml", "fan-out.yaml":
            try await withDemo(body)
        case "exec.yaml": try await body([:])
        case "post-cursor.yaml":
            try await HTTPTestServer.with(search) { server in
                try await body(["SERVICES_URL": server.url, "SERVICES_KEY": "services-key"])
            }
        case "github.yaml", "graphql.yaml":
            let organization = GitHubOrganization(login: "acme", repositories: 20, users: 10, teams: 4)
            let imitation = GitHubImitation(organization)
            try await imitation.run { url in try await body(imitation.environment(at: url)) }
        case "ldap.yaml": try await withDirectory(body)
        case "oauth2.yaml":
            try await HTTPTestServer.with(systems) { server in
                try await body([
                    "SYSTEMS_URL": server.url, "LOGIN_URL": server.url, "CLIENT_ID": "tidemark",
                    "CLIENT_SECRET": "client-secret",
                ])
            }
        case "protocol.yaml":
            try await HTTPTestServer.with(inventory) { server in
                try await body(["INVENTORY_URL": server.url, "INVENTORY_TOKEN": "inventory-token"])
            }
        case "webhook.yaml":
            try await HTTPTestServer.with(organization) { server in
                try await body([
                    "GITHUB_API_URL": server.url, "GITHUB_ORG": "acme", "GITHUB_TOKEN": "github-token",
                    "GITHUB_WEBHOOK_SECRET": "webhook-secret",
                ])
            }
        default: throw Missing()
        }
    }

    private static func withDemo(_ body: ([String: String]) async throws -> Void) async throws {
        // The end of the test cancels the server, which its HTTP server reports as an error.
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = DemoServer(index: .generated(count: 1_000, reason: "of a test"), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            try await body(["TIDEMARK_DEMO_URL": try await server.url])
        }
    }

    private static func withDirectory(_ body: ([String: String]) async throws -> Void) async throws {
        var entries = TestEntries()
        entries.add(
            "cn=reader,\(TestDirectory.suffix)",
            [
                "objectClass: organizationalRole", "objectClass: simpleSecurityObject", "cn: reader",
                "userPassword: ldap-password",
            ]
        )
        let people = (0..<30).map { "person-\($0)" }
        for name in people { entries.add(person: name, ["description: Works here"]) }
        entries.add(group: "everybody", members: people.map(TestEntries.person))
        try await withTestDirectory(entries.ldif) { directory in
            try await body(["LDAP_URL": directory.socketURL, "LDAP_PASSWORD": "ldap-password"])
        }
    }

    @Sendable private static func search(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        guard request.method == "POST", request.path == "/search", request.header("X-API-Key") == "services-key",
            let body = try? JSON(parsing: request.body), body["filter"] == ["type": "service"], body["limit"] == 100
        else { return .json(#"{"error":{"code":"bad_request"}}"#, status: 400) }
        switch body["cursor"] {
        case nil, .null:
            return .json(
                #"{"hits":[{"id":"billing","title":"Billing","team":{"slug":"payments"},"labels":["Money"]},"#
                    + #"{"id":"old","archived":true,"team":{"slug":"payments"}}],"cursor":"second"}"#
            )
        case "second":
            return .json(#"{"hits":[{"id":"search","stage":"experimental","team":{"slug":"content"}}],"cursor":null}"#)
        default: return .json(#"{"error":{"code":"cursor_expired"}}"#, status: 400)
        }
    }

    @Sendable private static func systems(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        if request.path == "/oauth2/token" {
            let body = String(decoding: request.body, as: UTF8.self)
            guard request.header("Authorization") == "Basic dGlkZW1hcms6Y2xpZW50LXNlY3JldA==",
                body == "grant_type=client_credentials&scope=systems.read"
            else { return .json(#"{"error":"invalid_client"}"#, status: 401) }
            return .json(#"{"access_token":"an-access-token","token_type":"Bearer","expires_in":3600}"#)
        }
        guard request.header("Authorization") == "Bearer an-access-token" else { return .json("{}", status: 401) }
        if request.query("page") == ["2"] {
            return .json(#"[{"key":"shop","name":"Shop","domain":null,"owner":"team-shop"}]"#)
        }
        return .json(
            #"[{"key":"erp","name":"ERP","domain":"finance","owner":"team-erp"}]"#,
            headers: [("Link", #"</v1/systems?page=2>; rel="next""#)]
        )
    }

    @Sendable private static func organization(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        guard request.header("Authorization") == "Bearer github-token" else { return .json("{}", status: 401) }
        switch request.path {
        case "/orgs/acme/repos":
            return .json(
                #"[{"name":"shop","full_name":"acme/shop","archived":false,"owner":{"login":"acme"}},"#
                    + #"{"name":"old","full_name":"acme/old","archived":true,"owner":{"login":"acme"}}]"#
            )
        case "/orgs/acme/teams": return .json(#"[{"id":7,"slug":"core","name":"Core"}]"#)
        default: return .json("{}", status: 404)
        }
    }

    @Sendable private static func inventory(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        guard request.method == "POST", request.header("Authorization") == "Bearer inventory-token",
            let body = try? JSON(parsing: request.body)
        else { return .json("{}", status: 401) }
        guard let cursor = body["cursor"]?.string else { return .json(#"{"entities":[],"next":["eu","us"]}"#) }
        let entity =
            #"{"apiVersion":"backstage.io/v1alpha1","kind":"Resource","metadata":{"name":"\#(cursor)"},"#
            + #""spec":{"type":"database","owner":"platform"}}"#
        return .json(#"{"entities":[\#(entity)],"next":[]}"#)
    }
}
