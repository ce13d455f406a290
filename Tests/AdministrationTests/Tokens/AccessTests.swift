import Testing

@testable import Administration

@Suite struct AccessTests {
    @Test(
        "beyond loopback nothing is served without a token",
        arguments: ["0.0.0.0", "::", "10.0.0.1", "host", "127.0.0.1.example.com"]
    )
    func needsToken(_ host: String) throws {
        let error = #expect(throws: AccessError.self) { try Access(host: host, tokens: []) }
        #expect(error?.description.contains(host) == true)
        #expect(try Access(host: host, tokens: APISite.tokens).isOpen == false)
    }

    @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1"])
    func loopbackNeedsNone(_ host: String) throws {
        #expect(try Access(host: host, tokens: []).isOpen)
    }

    @Test("a token is known whole, and by its header's exact form")
    func tokens() throws {
        let access = try Access(host: "127.0.0.1", tokens: APISite.tokens)
        let text = APISite.read.text
        #expect(access.token(in: "Bearer \(text)")?.name == "grafana")
        #expect(access.token(in: "bearer \(APISite.manage.text)")?.name == "ops")
        for header in [
            nil, "", "Bearer", "Bearer ", text, "Basic \(text)", "Bearer \(text) ", "Bearer  \(text)",
            "Bearer \(text.dropLast())",
            "Bearer \(APISite.read.sha256)",
        ] {
            #expect(access.token(in: header) == nil, "\(header ?? "none")")
        }
    }

    @Test("manage includes read, and not the other way round")
    func scopes() {
        #expect(Scope.manage.includes(.read) && Scope.manage.includes(.manage) && Scope.read.includes(.read))
        #expect(!Scope.read.includes(.manage))
    }
}
