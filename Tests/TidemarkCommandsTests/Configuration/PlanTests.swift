import Foundation
import Ingestion
import Logging
import Testing

@testable import TidemarkCommands

/// The fingerprint of what a configuration reads.
@Suite struct PlanTests {
    /// The first provider's plan.
    private func plan(
        _ yaml: String,
        environment: [String: String] = [:]
    ) throws -> String {
        let configuration = try parse(yaml, environment: environment)
        let section = configuration.providers[0]
        let source = try #require(section.source)
        var provider = section.provider(source: try source.value.build(.init(label: "test")))
        provider.secrets = Secrets(configuration.tokens, hiding: configuration.secrets)
        return provider.plan
    }

    private static let http = """
        providers:
          p:
            restLength: 1d
            source:
              http:
                url: https://api.example.com/list
                headers: { Accept: application/json, X-Token: literal, X-Page-Size: "50" }
                query: { sort: name, key: hosts }
                auth: { bearer: "${TOKEN}" }
                pagination: { page: {} }
                pageSize: { parameter: per_page, size: 50 }
                records: .items
                details:
                  owner: { url: '/owners/\\(.id)', headers: { X-View: short } }
                entity: "{kind: .kind}"
        """
    private static let graphQL = """
        providers:
          p:
            source:
              graphql:
                url: https://api.example.com/graphql
                query: >-
                  query($first: Int, $after: String) { hosts(first: $first, after: $after) {
                  nodes { id } pageInfo { hasNextPage endCursor } } }
                connection: hosts
                pageSize: 50
                entity: "{kind: .id}"
        """
    private static let ldap = """
        providers:
          p:
            source:
              ldap:
                url: ldaps://ldap.example.com
                auth: { simple: { dn: "cn=reader", password: "${TOKEN}" } }
                users: { base: "ou=people,dc=example,dc=com", filter: (objectClass=person), pageSize: 50 }
        """
    private static let exec = """
        providers:
          p:
            source:
              exec:
                command: [./list, --size, "50"]
                environment: { MODE: fast, API_TOKEN: "${TOKEN}", ORDER: name }
        """
    private static let environment = ["TOKEN": "first-secret-token"]

    @Test("two loads of one file have one plan", arguments: [http, graphQL, ldap, exec])
    func sameFile(yaml: String) throws {
        let plans = try (0..<20).map { _ in try plan(yaml, environment: Self.environment) }
        #expect(Set(plans).count == 1 && plans[0].count == 16)
    }

    @Test(
        "what decides which entities a cursor leads to changes the plan",
        arguments: [
            (http, "size: 50", "size: 100"), (http, "/list", "/others"), (http, "sort: name", "sort: -name"),
            (http, "page: {}", "offset: {}"), (http, "records: .items", "records: .others"),
            (http, "/owners/", "/teams/"), (http, "{kind: .kind}", "{kind: .type}"),
            (http, "application/json", "application/vnd.v2+json"), (http, "\"50\"", "\"100\""),
            (http, "X-View: short", "X-View: long"), (http, "key: hosts", "key: users"),
            (http, "/list", "/list?key=users"),
            (http, "restLength: 1d", "locationKey: other"),
            (graphQL, "pageSize: 50", "pageSize: 100"), (graphQL, "{kind: .id}", "{kind: .name}"),
            (graphQL, "hosts(first: $first, ", "hosts(sort: ID, first: $first, "),
            (ldap, "pageSize: 50", "pageSize: 100"), (ldap, "ou=people", "ou=others"),
            (ldap, "(objectClass=person)", "(objectClass=user)"),
            (exec, "\"50\"", "\"100\""), (exec, "./list", "./others"), (exec, "MODE: fast", "MODE: slow"),
            (exec, ", ORDER: name", ""), (exec, "\"${TOKEN}\", ORDER", "other, ORDER"),
        ]
    )
    func decides(yaml: String, before: String, after: String) throws {
        let changed = yaml.replacing(before, with: after)
        #expect(changed != yaml)
        let plans = try [yaml, changed].map { try plan($0, environment: Self.environment) }
        #expect(plans[0] != plans[1], "\(before) → \(after)")
    }

    @Test(
        "schedules, limits and the order of keys do not",
        arguments: [
            (http, "restLength: 1d", "restLength: 2d\n    publish: all\n    maxAttempts: 3\n    concurrency: 2"),
            (
                http, "{ Accept: application/json, X-Token: literal, X-Page-Size: \"50\" }",
                "{ X-Page-Size: \"50\", X-Token: literal, Accept: application/json }"
            ),
            (http, "records: .items", "records: .items\n        requestTimeout: 5s"),
            (ldap, "url: ldaps://ldap.example.com", "url: ldaps://ldap.example.com\n        searchTimeout: 5s"),
            (
                exec, "{ MODE: fast, API_TOKEN: \"${TOKEN}\", ORDER: name }",
                "{ ORDER: name, MODE: fast, API_TOKEN: \"${TOKEN}\" }"
            ),
        ]
    )
    func decidesNothing(yaml: String, before: String, after: String) throws {
        let changed = yaml.replacing(before, with: after)
        #expect(changed != yaml)
        let plans = try [yaml, changed].map { try plan($0, environment: Self.environment) }
        #expect(plans[0] == plans[1], "\(before) → \(after)")
    }

    @Test(
        "secrets of the sections for credentials, and under names that say so, do not",
        arguments: [http, ldap, exec]
    )
    func secrets(yaml: String) throws {
        let plans = try plansOfTokens(yaml)
        #expect(plans[0] == plans[1])
    }

    @Test(
        "a variable's value under another name does",
        arguments: [
            (http, "sort: name", "sort: \"${TOKEN}\""), (http, "/list", "/list/${TOKEN}"),
            (http, "/list", "/list?sort=${TOKEN}"), (http, "/list", "/list?access_token=x&sort=${TOKEN}"),
            (http, "\"50\"", "\"${TOKEN}\""), (http, "X-View: short", "X-View: \"${TOKEN}\""),
            (
                http, "records:",
                "method: POST\n        body: { json: { a: [{ sort: \"${TOKEN}\" }] } }\n        records:"
            ),
            (http, "records:", "method: POST\n        body: { text: \"sort=${TOKEN}\" }\n        records:"),
            (graphQL, "pageSize:", "headers: { X-View: \"${TOKEN}\" }\n        pageSize:"),
            (ldap, "(objectClass=person)", "\"(ou=${TOKEN})\""),
            (exec, "\"50\"", "\"${TOKEN}\""), (exec, "\"50\"", "\"--sort=${TOKEN}\""),
            (exec, "MODE: fast", "MODE: \"${TOKEN}\""),
            (exec, "\"50\"", "\"https://h/list?token=x&sort=${TOKEN}\""),
        ]
    )
    func variables(yaml: String, before: String, after: String) throws {
        let changed = yaml.replacing(before, with: after)
        #expect(changed != yaml)
        let plans = try plansOfTokens(changed)
        #expect(plans[0] != plans[1], "\(before) → \(after)")
    }

    @Test(
        "a variable's value under the name of a credential does not",
        arguments: [
            (http, "sort: name", "access_token: \"${TOKEN}\""), (http, "sort: name", "api_key: \"${TOKEN}\""),
            (http, "key: hosts", "key: \"${TOKEN}\""),
            (http, "/list", "/list?a=1&access_token=${TOKEN}"), (http, "/list", "/list?api_key=${TOKEN}&a=1"),
            (http, "X-Token: literal", "Private-Token: \"${TOKEN}\""),
            (http, "X-Token: literal", "X-Api-Key: \"${TOKEN}\""), (http, "X-Token: literal", "Cookie: \"s=${TOKEN}\""),
            (http, "X-View: short", "X-Api-Key: \"${TOKEN}\""),
            (
                http, "records:",
                "method: POST\n        body: { json: { client_secret: \"${TOKEN}\" } }\n        records:"
            ),
            (http, "records:", "method: POST\n        body: { text: \"a=1&password=${TOKEN}\" }\n        records:"),
            (graphQL, "pageSize:", "headers: { Authorization: \"Bearer ${TOKEN}\" }\n        pageSize:"),
            (exec, "MODE: fast", "GITHUB_TOKEN: \"${TOKEN}\""), (exec, "--size, \"50\"", "--token, \"${TOKEN}\""),
            (exec, "\"50\"", "\"--api-token=${TOKEN}\""),
            (exec, "--size, \"50\"", "-H, \"Authorization: Bearer ${TOKEN}\""),
            (exec, "\"50\"", "\"https://reader:${TOKEN}@h/list?access_token=${TOKEN}\""),
        ]
    )
    func credentials(yaml: String, before: String, after: String) throws {
        let changed = yaml.replacing(before, with: after)
        #expect(changed != yaml)
        let plans = try plansOfTokens(changed)
        #expect(plans[0] == plans[1], "\(before) → \(after)")
    }

    private func plansOfTokens(_ yaml: String) throws -> [String] {
        try ["first-secret-token", "another-secret"].map { try plan(yaml, environment: ["TOKEN": $0]) }
    }
}
