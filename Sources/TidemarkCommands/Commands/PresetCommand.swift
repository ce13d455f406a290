internal import ArgumentParser
internal import EntitySources

/// `tidemark preset`.
struct PresetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preset",
        abstract: "Print a configuration that is built in, to be changed.",
        discussion: """
            \(GitHubPreset.allCases.map { "\($0.rawValue): \($0.summary)." }.joined(separator: "\n"))

            What `source: { github: … }` reads is what this prints: the same query and the same mapping.

            EXAMPLES
              tidemark preset github-repositories --organization acme > tidemark.yaml
              tidemark preset github-teams --organization acme --url https://github.example.com --app
            """
    )

    @Argument(help: "Which one: \(GitHubPreset.allCases.map(\.rawValue).joined(separator: ", ")).")
    var name: GitHubPreset
    @Option(help: "The organization's login; without one, the repositories of the App's installation.")
    var organization: String?
    @Option(help: "Where GitHub is, as people open it.")
    var url = GitHubHost.publicURL
    @Flag(help: "With the credentials of a GitHub App in place of a token.")
    var app = false

    func validate() throws {
        if let organization, !GitHubSection.isLogin(organization) {
            throw ValidationError("`\(organization)` is no organization's login")
        }
        if organization == nil, name.needsOrganization {
            throw ValidationError("\(name.rawValue) needs an organization: --organization LOGIN")
        }
        guard ["https://", "http://"].contains(where: { url.hasPrefix($0) }),
            !url.contains(where: { "\n \"'".contains($0) })
        else {
            throw ValidationError("--url is a URL such as https://github.example.com")
        }
    }

    func run() {
        let source = name.source(
            organization: organization,
            on: GitHubHost(url: url),
            authentication: authentication,
            isApp: app
        )
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.isEmpty ? "" : "      " + $0
        }
        Console.current.print("providers:\n  \(name.rawValue):\n    source:\n\(lines.joined(separator: "\n"))")
    }

    private var authentication: String {
        guard app || organization == nil else { return #"{ bearer: "${GITHUB_TOKEN}" }"# }
        let installation = organization.map { "\"\($0)\"" } ?? "${GITHUB_INSTALLATION}"
        return
            "{ githubApp: { appID: \"${GITHUB_APP_ID}\", privateKey: \"file:github-app.pem\", installation: \(installation), apiURL: \(GitHubHost(url: url).restURL) } }"
    }
}

extension GitHubPreset: ExpressibleByArgument {}
