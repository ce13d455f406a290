import EntitySources
import Testing

@testable import TidemarkCommands

@Suite struct SchemaSecretTests {
    private func bearer(_ value: String) throws -> (HTTPSource.Authentication?, [ConfigurationProblem]) {
        let yaml = "providers: {a: {source: {http: {url: http://b, auth: {bearer: \(value)}}}}}"
        let configuration = try parse(
            yaml,
            environment: ["TOKEN": "12345", "RUN": "/run"],
            files: ["/etc/tidemark/token": "t0ken\n", "/run/token": "other\r\n"]
        )
        guard case .http(let http)? = configuration.providers.first?.source?.value else { return (nil, []) }
        return (http.authentication, configuration.warnings)
    }

    @Test(arguments: [
        ("${TOKEN}", "12345"), ("file:token", "t0ken"), ("file:/run/token", "other"), ("'file:${RUN}/token'", "other"),
    ])
    func comesFromOutsideOfTheFile(_ value: String, _ secret: String) throws {
        let (authentication, warnings) = try bearer(value)
        #expect(authentication == .bearer(secret))
        #expect(warnings.isEmpty)
    }

    @Test func inTheFileItWorksWithAWarning() throws {
        let (authentication, warnings) = try bearer("abc")
        #expect(authentication == .bearer("abc"))
        #expect(
            warnings.map { $0.text(file: "t") } == [
                """
                t:1:63: providers.a.source.http.auth.bearer: a secret stands in the file
                    write ${NAME} for an environment variable, or file:PATH
                """
            ]
        )
    }
}
