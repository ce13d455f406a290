import Administration
import Testing

@testable import TidemarkCommands

@Suite struct HTTPSectionTests {
    private static let hash = String(repeating: "0a", count: 32)

    private func load(_ http: String) throws -> Configuration {
        try Configuration.parse(
            "http: \(http)\nproviders: { a: { source: { exec: { command: [x] } } } }",
            file: "tidemark.yaml",
            environment: ["HASH": Self.hash],
            readFile: { _ in "" }
        )
    }

    @Test("tokens have a name, a scope and a hash")
    func tokens() throws {
        let section = try #require(
            try load(
                "{ tokens: { a: { scope: read, sha256: \"\(Self.hash)\" }, b: { scope: manage, sha256: \"${HASH}\" } } }"
            ).http
        )
        #expect(section.tokens.map(\.name) == ["a", "b"] && section.tokens.map(\.scope) == [.read, .manage])
        #expect(section.host == "127.0.0.1" && section.server.requestsPerSecond == 100)
    }

    @Test(
        "what cannot work is an error that says so, and shows no token that was put in a hash's place",
        arguments: [
            ("{ tokens: { a: { scope: read, sha256: tidemark_secret } } }", "64 hexadecimal digits"),
            ("{ tokens: { a: { scope: write, sha256: \"\(hash)\" } } }", "must be one of read, manage"),
            ("{ tokens: { a: { scope: read } } }", "the key `sha256` is missing"),
            ("{ tokens: { \"a b\": { scope: read, sha256: \"\(hash)\" } } }", "cannot name a token"),
        ]
    )
    func mistakes(_ yaml: String, _ message: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try load(yaml) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("tidemark_secret") == false)
    }

    @Test("an address of the command line takes the place of the file's, and leaves its tokens")
    func commandLine() throws {
        let configuration = try load("{ port: 1, tokens: { a: { scope: read, sha256: \"\(Self.hash)\" } } }")
        var options = HTTPOptions()
        options.http = HTTPAddressArgument(argument: "0.0.0.0:81")
        let section = try #require(options.section(of: configuration))
        #expect(section.host == "0.0.0.0" && section.port == 81 && section.tokens.count == 1)
        #expect(throws: Never.self) { try section.access() }
        let none = try #require(options.section(of: Configuration()))
        #expect(throws: AccessError.self) { try none.access() }
        options.http = nil
        #expect(options.section(of: configuration)?.port == 1 && options.section(of: Configuration()) == nil)
    }
}
