import Catalog
import TestSupport

/// What the presets are to make of an organization, put down apart from their jq.
extension GitHubOrganization {
    /// By ref, with the annotation of their provider.
    func components(of provider: String, at url: String) -> [String: JSON] {
        entities("Component", repositories, provider) { repository in
            let page = "\(url)/\(login)/\(repository.name)"
            var metadata: JSON = [
                "name": .string(Self.name(repository.name, repository.number)), "title": .string(repository.name),
            ]
            metadata["description"] = repository.description.map(JSON.string)
            if !repository.topics.isEmpty { metadata["tags"] = .array(repository.topics.map(JSON.string)) }
            if let homepage = repository.homepage, homepage.hasPrefix("https://") {
                metadata["links"] = [["url": .string(homepage), "title": "Homepage"]]
            }
            metadata["annotations"] = [
                "github.com/project-slug": .string("\(login)/\(repository.name)"),
                "backstage.io/source-location": .string(
                    "url:\(page)/" + (repository.branch.map { "tree/\($0)/" } ?? "")
                ),
                "backstage.io/view-url": .string(page), "backstage.io/edit-url": .string(page + "/settings"),
                "backstage.io/managed-by-location": .string("url:\(page)"),
                "backstage.io/managed-by-origin-location": .string("url:\(page)"),
            ]
            let lifecycle = repository.isArchived ? "deprecated" : "production"
            return (metadata, ["type": "service", "lifecycle": .string(lifecycle), "owner": .string(login)])
        }
    }

    func users(of provider: String, at url: String) -> [String: JSON] {
        entities("User", users, provider) { user in
            var metadata: JSON = ["name": .string(Self.name(user.login, user.number))]
            metadata["description"] = user.bio.map(JSON.string)
            metadata["annotations"] = [
                "github.com/user-login": .string(user.login), "backstage.io/view-url": .string("\(url)/\(user.login)"),
                "backstage.io/managed-by-location": .string("url:\(url)/\(user.login)"),
                "backstage.io/managed-by-origin-location": .string("url:\(url)/\(user.login)"),
            ]
            var profile: JSON = [
                "displayName": .string(user.name ?? user.login), "picture": .string("\(url)/avatars/u/\(user.number)"),
            ]
            if !user.email.isEmpty { profile["email"] = .string(user.email) }
            return (metadata, ["profile": profile, "memberOf": []])
        }
    }

    func groups(of provider: String, at url: String) -> [String: JSON] {
        entities("Group", teams, provider) { team in
            let page = "\(url)/orgs/\(login)/teams/\(team.slug)"
            var metadata: JSON = ["name": .string(Self.name(team.slug, team.number))]
            if let description = team.description, !description.isEmpty {
                metadata["description"] = .string(description)
            }
            metadata["annotations"] = [
                "github.com/team-slug": .string("\(login)/\(team.slug)"), "backstage.io/view-url": .string(page),
                "backstage.io/edit-url": .string(page + "/edit"),
                "backstage.io/managed-by-location": .string("url:\(page)"),
                "backstage.io/managed-by-origin-location": .string("url:\(page)"),
            ]
            let members = Set(team.members)
            var spec: JSON = [
                "type": "team",
                "profile": [
                    "displayName": .string(team.name), "picture": .string("\(url)/avatars/t/\(team.number)"),
                ],
                "children": .array(
                    teams.filter { $0.parent == team.number }.map { .string(Self.name($0.slug, $0.number)) }
                ),
                "members": .array(
                    users.filter { members.contains($0.number) }.map { .string(Self.name($0.login, $0.number)) }
                ),
            ]
            if let parent = teams.first(where: { $0.number == team.parent }) {
                spec["parent"] = .string(Self.name(parent.slug, parent.number))
            }
            return (metadata, spec)
        }
    }

    private func entities<Item>(
        _ kind: String,
        _ items: [Item],
        _ provider: String,
        _ parts: (Item) -> (metadata: JSON, spec: JSON)
    ) -> [String: JSON] {
        var entities: [String: JSON] = [:]
        for item in items {
            var (metadata, spec) = parts(item)
            var annotations = metadata["annotations"] ?? [:]
            annotations["frontside.com/incremental-entity-provider"] = .string(provider)
            metadata["annotations"] = annotations
            let ref = "\(kind):default/\(metadata["name"]?.string ?? "")".lowercased()
            entities[ref] = [
                "apiVersion": "backstage.io/v1alpha1", "kind": .string(kind), "metadata": metadata, "spec": spec,
            ]
        }
        return entities
    }

    /// An entity's name: what GitHub has, where that is one and does not end as those do that are made of a number.
    static func name(_ text: String, _ number: Int) -> String {
        let isPlain = text.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9._\-]{0,61}[A-Za-z0-9])?/) != nil
        if isPlain, text.firstMatch(of: /\.[0-9]+$/) == nil { return text }
        let kept = text.replacing(/[^A-Za-z0-9._\-]/, with: "-").prefix(42)
        let base = kept.replacing(/^[._\-]+/, with: "").replacing(/[._\-]+$/, with: "")
        return (base.isEmpty ? "unnamed" : String(base)) + ".\(number)"
    }
}
