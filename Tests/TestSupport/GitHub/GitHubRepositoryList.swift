internal import Catalog

/// `GET /installation/repositories`: numbered pages, with a `Link` header.
enum GitHubRepositoryList {
    static func response(
        _ organization: GitHubOrganization,
        to request: HTTPTestServer.Request,
        at url: String,
        forbidden: Set<Int>
    ) -> HTTPTestServer.Response {
        let size = min(max(request.query("per_page").first.flatMap(Int.init) ?? 30, 1), 100)
        let page = max(request.query("page").first.flatMap(Int.init) ?? 1, 1)
        let all = organization.repositories.filter { !forbidden.contains($0.number) }
        let last = max(1, (all.count + size - 1) / size)
        let listed = all.dropFirst((page - 1) * size).prefix(size).map { json($0, organization, url) }
        let body: JSON = ["total_count": .integer(Int64(all.count)), "repositories": .array(listed)]
        var links: [String] = []
        func link(_ page: Int, _ relation: String) {
            links.append("<\(url)\(request.path)?per_page=\(size)&page=\(page)>; rel=\"\(relation)\"")
        }
        if page > 1 { link(page - 1, "prev") }
        if page < last {
            link(page + 1, "next")
            link(last, "last")
        }
        if page > 1 { link(1, "first") }
        return .json(body.description, headers: links.isEmpty ? [] : [("Link", links.joined(separator: ", "))])
    }

    private static func json(
        _ repository: GitHubOrganization.Repository,
        _ organization: GitHubOrganization,
        _ url: String
    ) -> JSON {
        [
            "id": .integer(Int64(repository.number)), "name": .string(repository.name),
            "full_name": .string("\(organization.login)/\(repository.name)"),
            "html_url": .string("\(url)/\(organization.login)/\(repository.name)"),
            "description": repository.description.map(JSON.string) ?? .null,
            "homepage": repository.homepage.map(JSON.string) ?? .null,
            "archived": .bool(repository.isArchived), "fork": .bool(repository.isFork),
            "visibility": repository.isPrivate ? "private" : "public", "private": .bool(repository.isPrivate),
            "topics": .array(repository.topics.map(JSON.string)), "owner": ["login": .string(organization.login)],
            // REST names a default branch for a repository without commits, too.
            "default_branch": .string(repository.branch ?? "main"),
        ]
    }
}
