/// A source over GitHub's APIs, as configuration that people can print and change.
package enum GitHubPreset: String, Sendable, Hashable, CaseIterable {
    case repositories = "github-repositories"
    case users = "github-users"
    case teams = "github-teams"

    /// What it gives, for people.
    package var summary: String {
        switch self {
        case .repositories: "an organization's repositories, or those of a GitHub App's installation, as Components"
        case .users: "an organization's members, as Users"
        case .teams: "an organization's teams with their members, as Groups"
        }
    }

    /// Whether it can do without an organization.
    package var needsOrganization: Bool { self != .repositories }

    /// The source as YAML: the value of a provider's `source`.
    ///
    /// - Parameters:
    ///   - organization: none for the repositories that a GitHub App's installation may see.
    ///   - authentication: the value of `auth`, as YAML in one line; none leaves it out.
    ///   - isApp: whether that is a GitHub App, which may not see everything that people's tokens may.
    package func source(organization: String?, on host: GitHubHost, authentication: String?, isApp: Bool) -> String {
        let values = [
            "graphql": host.graphQLURL, "rest": host.restURL, "organization": "\"\(organization ?? "")\"",
            "email": isApp ? "false" : "true", "auth": authentication ?? "",
        ]
        var lines: [String] = []
        for line in resource(organization).split(separator: "\n", omittingEmptySubsequences: false) {
            let indentation = line.prefix { $0 == " " }
            switch line.dropFirst(indentation.count) {
            case "{{entity_name}}": lines += Self.nameRule.map { "\(indentation)\($0)" }
            case "auth: {{auth}}" where authentication == nil: break
            default: lines.append(values.reduce(String(line)) { $0.replacing("{{\($1.key)}}", with: $1.value) })
            }
        }
        return lines.joined(separator: "\n")
    }

    private func resource(_ organization: String?) -> String {
        let bytes =
            switch self {
            case .repositories where organization == nil: PackageResources.github_installation_repositories_yaml
            case .repositories: PackageResources.github_repositories_yaml
            case .users: PackageResources.github_users_yaml
            case .teams: PackageResources.github_teams_yaml
            }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// jq that all of them share, so that teams name their members as users are named.
    private static let nameRule = String(decoding: PackageResources.entity_name_jq, as: UTF8.self).split(
        separator: "\n"
    )
}
