internal import Catalog

/// An object of the imitated GraphQL schema, and what its fields give.
enum GitHubNode {
    case query
    case organization
    case owner
    case repository(GitHubOrganization.Repository)
    case user(GitHubOrganization.User)
    case team(GitHubOrganization.Team)
    case branch(String)
    case repositoryTopic(String)
    case topic(String)

    enum Value {
        case scalar(JSON)
        case object(GitHubNode?)
        case connection([GitHubNode])
    }

    var type: String {
        switch self {
        case .query: "Query"
        case .organization, .owner: "Organization"
        case .repository: "Repository"
        case .user: "User"
        case .team: "Team"
        case .branch: "Ref"
        case .repositoryTopic: "RepositoryTopic"
        case .topic: "Topic"
        }
    }

    /// - Returns: nil for a field that the type does not have.
    func value(of field: String, _ arguments: [String: JSON], in organization: GitHubOrganization, at url: String)
        -> Value?
    {
        if field == "__typename" { return .scalar(.string(type)) }
        switch self {
        case .query: return query(field, arguments, organization)
        case .organization, .owner:
            switch field {
            case "login": return .scalar(.string(organization.login))
            case "repositories": return .connection(organization.repositories.map(GitHubNode.repository))
            case "membersWithRole": return .connection(organization.users.map(GitHubNode.user))
            case "teams": return .connection(organization.teams.map(GitHubNode.team))
            default: return nil
            }
        case .repository(let repository): return Self.value(of: field, repository, organization, url)
        case .user(let user): return Self.value(of: field, user, url)
        case .team(let team): return Self.value(of: field, team, organization, url)
        case .branch(let name): return field == "name" ? .scalar(.string(name)) : nil
        case .repositoryTopic(let name): return field == "topic" ? .object(.topic(name)) : nil
        case .topic(let name): return field == "name" ? .scalar(.string(name)) : nil
        }
    }

    private func query(_ field: String, _ arguments: [String: JSON], _ organization: GitHubOrganization) -> Value? {
        switch field {
        case "organization":
            return .object(
                arguments["login"]?.string?.lowercased() == organization.login.lowercased() ? .organization : nil
            )
        case "node":
            let number = arguments["id"]?.string.flatMap { Int($0.dropFirst(2)) }
            return .object(organization.teams.first { $0.number == number }.map(GitHubNode.team))
        default: return nil
        }
    }

    private static func value(
        of field: String,
        _ repository: GitHubOrganization.Repository,
        _ organization: GitHubOrganization,
        _ url: String
    ) -> Value? {
        switch field {
        case "databaseId": .scalar(.integer(Int64(repository.number)))
        case "name": .scalar(.string(repository.name))
        case "nameWithOwner": .scalar(.string("\(organization.login)/\(repository.name)"))
        case "description": .scalar(repository.description.map(JSON.string) ?? .null)
        case "url": .scalar(.string("\(url)/\(organization.login)/\(repository.name)"))
        case "homepageUrl": .scalar(repository.homepage.map(JSON.string) ?? .null)
        case "isArchived": .scalar(.bool(repository.isArchived))
        case "isFork": .scalar(.bool(repository.isFork))
        case "visibility": .scalar(repository.isPrivate ? "PRIVATE" : "PUBLIC")
        case "owner": .object(.owner)
        case "defaultBranchRef": .object(repository.branch.map(GitHubNode.branch))
        case "repositoryTopics": .connection(repository.topics.map(GitHubNode.repositoryTopic))
        default: nil
        }
    }

    private static func value(of field: String, _ user: GitHubOrganization.User, _ url: String) -> Value? {
        switch field {
        case "databaseId": .scalar(.integer(Int64(user.number)))
        case "login": .scalar(.string(user.login))
        case "name": .scalar(user.name.map(JSON.string) ?? .null)
        case "bio": .scalar(user.bio.map(JSON.string) ?? .null)
        case "email": .scalar(.string(user.email))
        case "url": .scalar(.string("\(url)/\(user.login)"))
        case "avatarUrl": .scalar(.string("\(url)/avatars/u/\(user.number)"))
        default: nil
        }
    }

    private static func value(
        of field: String,
        _ team: GitHubOrganization.Team,
        _ organization: GitHubOrganization,
        _ url: String
    ) -> Value? {
        let page = "\(url)/orgs/\(organization.login)/teams/\(team.slug)"
        switch field {
        case "id": return .scalar(.string("T_\(team.number)"))
        case "databaseId": return .scalar(.integer(Int64(team.number)))
        case "slug": return .scalar(.string(team.slug))
        case "combinedSlug": return .scalar(.string("\(organization.login)/\(team.slug)"))
        case "name": return .scalar(.string(team.name))
        case "description": return .scalar(team.description.map(JSON.string) ?? .null)
        case "url": return .scalar(.string(page))
        case "avatarUrl": return .scalar(.string("\(url)/avatars/t/\(team.number)"))
        case "editTeamUrl": return .scalar(.string(page + "/edit"))
        case "parentTeam": return .object(organization.teams.first { $0.number == team.parent }.map(GitHubNode.team))
        case "childTeams":
            return .connection(organization.teams.filter { $0.parent == team.number }.map(GitHubNode.team))
        case "members":
            let members = Set(team.members)
            return .connection(organization.users.filter { members.contains($0.number) }.map(GitHubNode.user))
        default: return nil
        }
    }
}
