import Testing

@testable import TidemarkCommands

@Suite struct TracingSectionTests {
    private func load(_ tracing: String, scope: Configuration.Scope = .everything) throws -> Configuration {
        try Configuration.parse(
            "tracing: \(tracing)\nproviders: { a: { source: { exec: { command: [x] } } } }",
            file: "tidemark.yaml",
            environment: ["TOKEN": "a-token-of-the-collector", "RATIO": "0.25", "COLLECTOR": "http://collector:4318"],
            scope: scope,
            readFile: { _ in "a-key-of-the-collector\n" }
        )
    }

    @Test("without the section nothing is traced; with an endpoint everything is")
    func defaults() throws {
        let section = try #require(try load("{ endpoint: \"${COLLECTOR}\" }").tracing)
        #expect(section.endpoint == "http://collector:4318" && section.headers.isEmpty && section.sampleRatio == 1)
        let none = try Configuration.parse(
            "providers: { a: { source: { exec: { command: [x] } } } }",
            file: "tidemark.yaml",
            environment: [:],
            readFile: { _ in "" }
        )
        #expect(none.tracing == nil)
    }

    @Test("credentials come from the environment, or a file, and are kept out of all that is printed")
    func headers() throws {
        let configuration = try load(
            """

              endpoint: https://collector.example.com/otlp
              sampleRatio: ${RATIO}
              headers: { Authorization: "Bearer ${TOKEN}", X-Api-Key: "file:key", x-tenant: plain }
            """
        )
        let section = try #require(configuration.tracing)
        #expect(section.sampleRatio == 0.25)
        #expect(section.headers.map(\.name) == ["Authorization", "X-Api-Key", "x-tenant"])
        #expect(
            section.headers.map(\.value) == ["Bearer a-token-of-the-collector", "a-key-of-the-collector", "plain"]
        )
        for secret in ["a-token-of-the-collector", "a-key-of-the-collector"] {
            #expect(configuration.secrets.contains(secret))
        }
        #expect(!configuration.secrets.contains("plain") && configuration.warnings.isEmpty)
    }

    @Test(
        "what cannot work is an error that says so",
        arguments: [
            ("{ }", "the key `endpoint` is missing"), ("{ endpoint: collector }", "has no scheme"),
            ("{ endpoint: \"grpc://collector:4317\" }", "the scheme `grpc` is not known here"),
            ("{ endpoint: \"http://u:p@collector\" }", "holds a user or password"),
            ("{ endpoint: \"http://c\", sampleRatio: 1.5 }", "must be a number from 0 to 1"),
            ("{ endpoint: \"http://c\", sampleRatio: all }", "must be a number from 0 to 1"),
            ("{ endpoint: \"http://c\", samplingRatio: 1 }", "did you mean `sampleRatio`?"),
            ("{ endpoint: \"http://c\", headers: { \"a b\": c } }", "`a b` cannot name a header"),
            ("{ endpoint: \"http://c\", headers: { a: [b] } }", "tracing.headers.a"),
        ]
    )
    func mistakes(_ yaml: String, _ message: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try load(yaml) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
