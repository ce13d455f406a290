import EntitySources
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite struct PresetCommandTests {
    private static let environment = [
        "GITHUB_TOKEN": "ghp_0123456789", "GITHUB_APP_ID": "12", "GITHUB_INSTALLATION": "34", "PATH": "/usr/bin:/bin",
    ]

    /// The source that a text of the configuration comes to; for a preset, the one that it is.
    private func source(_ yaml: String) throws -> SourceSection {
        let configuration = try Configuration.parse(yaml, file: "t", environment: Self.environment) { _ in "the key" }
        let section = try #require(configuration.providers.first?.source?.value)
        if case .github(let source) = section { return source }
        return section
    }

    @Test(
        "What is printed is what a `github` source is, on github.com and elsewhere, with a token and with an App",
        arguments: GitHubPreset.allCases,
        [[], ["--url", "https://github.example.com"], ["--app"], ["--url", "https://a.ghe.com", "--app"]]
    )
    func whatIsPrintedIsWhatIsRead(_ preset: GitHubPreset, _ options: [String]) async throws {
        let (status, output, errors) = await run([preset.rawValue, "--organization", "acme"] + options)
        #expect(status == 0)
        #expect(errors.isEmpty)
        let url = options.firstIndex(of: "--url").map { options[$0 + 1] }
        let auth =
            options.contains("--app")
            ? #"{ githubApp: { appID: "12", privateKey: "file:github-app.pem", installation: acme } }"#
            : #"{ bearer: "${GITHUB_TOKEN}" }"#
        let short = """
            providers:
              \(preset.rawValue):
                source:
                  github:
                    entities: \(preset.rawValue.dropFirst(7))
                    organization: acme
                    auth: \(auth)
                    \(url.map { "url: \($0)" } ?? "")
            """
        expectEqual(try source(output), try source(short))
    }

    @Test func repositoriesOfAnInstallation() async throws {
        let (status, output, _) = await run(["github-repositories", "--app"])
        #expect(status == 0)
        let auth = #"{ githubApp: { appID: "12", privateKey: "file:github-app.pem", installation: 34 } }"#
        expectEqual(
            try source(output),
            try source("providers: {a: {source: {github: {entities: repositories, auth: \(auth)}}}}")
        )
    }

    @Test(arguments: [
        (["github-teams"], "needs an organization"),
        (["github-users", "--organization", "a/b"], "is no organization's login"),
        (["github-users", "--organization", "a", "--url", "github.com"], "--url is a URL"),
        (["gitlab"], "github-repositories"),
    ])
    func mistakes(_ arguments: [String], _ message: String) async {
        let (status, _, errors) = await run(arguments)
        #expect(status == ExitStatus.usage.rawValue)
        #expect(errors.contains(message), "\(errors)")
    }

    private func expectEqual(_ one: SourceSection, _ other: SourceSection) {
        switch (one, other) {
        case (.http(let one), .http(let other)): #expect(String(reflecting: one) == String(reflecting: other))
        case (.graphQL(var one), .graphQL(let other)):
            // A `graphql` source can't tell that the cursors of GitHub name records.
            one.cursorsCountPositions = other.cursorsCountPositions
            #expect(one == other)
        default: Issue.record("\(one.name) is not \(other.name)")
        }
    }

    private func run(_ arguments: [String]) async -> (status: Int32, output: String, errors: String) {
        let test = TestConsole()
        let status = await Console.$current.withValue(test.console()) {
            await CommandLineInterface.run(["preset"] + arguments)
        }
        return (status, test.output, test.errors)
    }
}
