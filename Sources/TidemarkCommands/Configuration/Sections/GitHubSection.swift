internal import Catalog
internal import EntitySources

/// `source.github`: a preset, and what it needs to be told.
struct GitHubSection: Sendable {
    /// What to read.
    enum Entities: String, Sendable, CaseIterable {
        case repositories, users, teams

        var preset: GitHubPreset {
            switch self {
            case .repositories: .repositories
            case .users: .users
            case .teams: .teams
            }
        }
    }

    var entities = Entities.repositories
    var organization: String?
    var url = GitHubHost.publicURL
    var authentication: HTTPSource.Authentication?

    /// The source that the preset is, as if it had been written.
    static var schema: Schema<SourceSection> {
        Schema<SourceSection>(json: fields.json) { node, path, decoding in
            guard let section = fields.decode(node, path, &decoding), let authentication = section.authentication else {
                return nil
            }
            return section.expanded(authentication, at: node.place, path, &decoding)
        }
    }

    /// The name of an organization or user, as GitHub takes them.
    static func isLogin(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    }

    private static var fields: Schema<GitHubSection> {
        .record(
            { GitHubSection() },
            [
                Field(
                    "entities",
                    .word,
                    required: true,
                    \.entities,
                    "What to read: `repositories` become Components, `users` Users, and `teams` with their members Groups."
                ),
                Field(
                    "organization",
                    Schema<String>.nonEmptyString.checked {
                        isLogin($0) ? nil : Finding(message: "is no organization's login")
                    },
                    \.organization,
                    "The organization's login; without one, the repositories that the GitHub App's installation may see."
                ),
                Field(
                    "url",
                    .url(["https", "http"]),
                    default: .string(GitHubHost.publicURL),
                    \.url,
                    "Where GitHub is, as people open it: https://github.example.com for an Enterprise Server."
                ),
                Field(
                    "auth",
                    .httpAuthentication,
                    required: true,
                    \.authentication,
                    "The credentials: a token, or an App."
                ),
            ],
            check: { section in
                section.organization == nil && section.entities.preset.needsOrganization
                    ? Finding(
                        message: "`organization` is missing: only repositories can do without",
                        mend: "give its login"
                    )
                    : nil
            }
        )
    }

    private func expanded(
        _ authentication: HTTPSource.Authentication,
        at place: Place,
        _ path: ConfigurationPath,
        _ decoding: inout Decoding
    ) -> SourceSection? {
        let host = GitHubHost(url: url)
        let text = entities.preset.source(
            organization: organization,
            on: host,
            authentication: nil,
            isApp: authentication.isApp
        )
        var reader = YAMLReader(text, environment: [:])
        var inner = Decoding(directory: "", readFile: { _ in "" })
        let section = reader.read().flatMap { SourceSection.schema.decode($0, .root, &inner) }
        guard let section, reader.problems.isEmpty, inner.problems.isEmpty else {
            for problem in reader.problems + inner.problems {
                decoding.report(problem.text(file: "preset"), at: place, path)
            }
            return nil
        }
        return .github(section.with(authentication.on(host)))
    }
}

extension HTTPSource.Authentication {
    fileprivate var isApp: Bool {
        if case .gitHubApp = self { true } else { false }
    }

    /// An App's tokens come from where everything else does, unless the file says otherwise.
    fileprivate func on(_ host: GitHubHost) -> HTTPSource.Authentication {
        guard case .gitHubApp(var app) = self, app.apiURL == GitHubHost(url: GitHubHost.publicURL).restURL else {
            return self
        }
        app.apiURL = host.restURL
        return .gitHubApp(app)
    }
}

extension SourceSection {
    fileprivate func with(_ authentication: HTTPSource.Authentication) -> SourceSection {
        switch self {
        case .http(var http):
            http.authentication = authentication
            return .http(http)
        case .graphQL(var graphQL):
            graphQL.authentication = authentication
            graphQL.cursorsCountPositions = false
            return .graphQL(graphQL)
        case .exec, .github, .ldap: return self
        }
    }
}
