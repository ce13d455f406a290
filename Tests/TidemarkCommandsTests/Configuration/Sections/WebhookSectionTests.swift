import Administration
import HTTPTypes
import Testing

@testable import TidemarkCommands

@Suite struct WebhookSectionTests {
    private func load(_ webhook: String) throws -> Configuration {
        try Configuration.parse(
            """
            providers:
              github:
                locationKey: keys
                webhook: \(webhook)
                source: { exec: { command: [x] } }
            """,
            file: "tidemark.yaml",
            environment: ["SECRET": "the-secret-of-the-hook"],
            readFile: { _ in "" }
        )
    }

    private func webhook(_ yaml: String) throws -> Webhook {
        try load(yaml).providers[0].webhook!.value.build(of: "github", locationKey: "keys")
    }

    @Test("with a secret, deliveries have ids, as GitHub sends them; with a token only where a header is named")
    func defaults() throws {
        let signed = try webhook(#"{ secret: "${SECRET}", event: . }"#)
        #expect(signed.deliveryHeader?.canonicalName == "x-github-delivery" && signed.maximumBytes == 1 << 20)
        guard case .signature("the-secret-of-the-hook") = signed.authentication else { throw Unexpected() }
        let bearer = try webhook(#"{ bearer: "${SECRET}", event: ., maxBytes: 64KiB }"#)
        #expect(bearer.deliveryHeader == nil && bearer.maximumBytes == 65_536)
        guard case .bearer("the-secret-of-the-hook") = bearer.authentication else { throw Unexpected() }
        let named = try webhook(#"{ bearer: "${SECRET}", event: ., delivery: X-Request-Id }"#)
        #expect(named.deliveryHeader?.canonicalName == "x-request-id")
    }

    @Test("the secret is one that no log shows and no entity may hold")
    func secret() throws {
        let configuration = try load(#"{ secret: "${SECRET}", event: . }"#)
        #expect(configuration.tokens.contains("the-secret-of-the-hook"))
    }

    @Test(
        "what cannot work is an error with its place",
        arguments: [
            ("{ event: . }", "needs `secret` or `bearer`, and not both"),
            (#"{ secret: "${SECRET}", bearer: "${SECRET}", event: . }"#, "needs `secret` or `bearer`, and not both"),
            (#"{ secret: "${SECRET}" }"#, "the key `event` is missing"),
            (#"{ secret: "${SECRET}", event: ., delivery: "no header" }"#, "`no header` cannot name a header"),
        ]
    )
    func errors(_ yaml: String, _ message: String) {
        let error = #expect(throws: ConfigurationError.self) { try load(yaml) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    private struct Unexpected: Error {}
}
