import Catalog
import EntitySources
import Ingestion
import Logging
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite struct GitHubSectionTests {
    private func source(_ keys: String, token: String = GitHubImitation.token) throws -> any EntitySource {
        let yaml = "providers: {a: {source: {github: {auth: {bearer: \"${T}\"}, \(keys)}}}}"
        let section = try #require(try parse(yaml, environment: ["T": token]).providers[0].source?.value)
        return try section.build(.quiet)
    }

    @Test("An organization's repositories are the same whether GraphQL lists them or, for an installation, REST does")
    func bothWays() async throws {
        // The name of a default branch is all that the two tell differently, of a repository without commits.
        var organization = GitHubOrganization(login: "acme", repositories: 250, users: 1, teams: 0)
        for index in organization.repositories.indices { organization.repositories[index].branch = "main" }
        let github = GitHubImitation(organization)
        try await github.run { url in
            let graphQL = try await source("entities: repositories, organization: acme, url: \"\(url)\"").readAll()
            let rest = try await source("entities: repositories, url: \"\(url)\"").readAll()
            #expect(graphQL.sorted() == rest.sorted())
            #expect(graphQL.count == 250)
        }
        #expect(Set(github.requests.map(\.path)) == ["/graphql", "/installation/repositories"])
    }

    @Test(
        "A GitHub App fetches a token for its installation at the Enterprise Server, and another when that is refused"
    )
    func apps() async throws {
        let keys = try await TestKeys()
        let github = GitHubImitation(
            GitHubOrganization(login: "acme", repositories: 120, users: 130, teams: 0),
            app: GitHubApp(id: "12", publicKey: keys.publicKey, installation: 34)
        )
        try await github.run { url in
            let app = "{githubApp: {appID: 12, privateKey: \"${KEY}\", installation: acme}}"
            for entities in ["repositories", "users, organization: acme"] {
                let yaml = "providers: {a: {source: {github: {auth: \(app), url: \"\(url)\", entities: \(entities)}}}}"
                let section = try #require(try parse(yaml, environment: ["KEY": keys.pkcs1]).providers[0].source?.value)
                let source = try section.build(.quiet)
                for _ in 0..<2 {
                    let read = try await source.readAll()
                    #expect(read.count == (entities == "repositories" ? 120 : 130))
                    // E-mail addresses are not for Apps.
                    #expect(!read.contains { $0.contains("@example.com") })
                    github.revokeTokens()
                }
            }
        }
        #expect(github.requests.count { $0.status == 401 } == 2)
        #expect(github.requests.count { $0.status == 200 } == 8)
    }

    @Test("U11: an organization that is not there, or that the token may not see, is an error, not an empty page")
    func errors() async throws {
        let github = GitHubImitation(GitHubOrganization(login: "acme", repositories: 10, users: 1, teams: 0))
        try await github.run { url in
            let nobody = await failure {
                try await source("entities: users, organization: nobody, url: \"\(url)\"").readAll()
            }
            #expect(nobody?.code == .refused)
            let denied = await failure {
                try await source("entities: users, url: \"\(url)\", organization: acme", token: "x").readAll()
            }
            #expect(denied?.code == .unauthorized)
            github.forbid([10_003])
            let partial = await failure {
                try await source("entities: repositories, organization: acme, url: \"\(url)\"").readAll()
            }
            #expect(partial?.code == .unauthorized)
            #expect(
                partial?.message.contains("organization.repositories.nodes[3]") == true,
                "\(partial?.message ?? "none")"
            )
        }
    }

    @Test(arguments: [
        ("entities: users", "`organization` is missing"),
        ("entities: people", "must be one of repositories, users, teams"),
        ("organization: acme", "the key `entities` is missing"),
        ("entities: users, organization: a b", "is no organization's login"),
    ])
    func mistakes(_ keys: String, _ message: String) {
        let error = #expect(throws: ConfigurationError.self) { _ = try source(keys) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }

    private func failure(_ body: () async throws -> Any) async -> SourceError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? SourceError
        }
    }
}

extension EntitySource {
    fileprivate func readAll() async throws -> [String] {
        var waiting: [JSON?] = [nil]
        var entities: [String] = []
        while !waiting.isEmpty {
            let cursor = waiting.removeFirst()
            try await withClient { client in
                let page = try await self.page(at: cursor, using: client)
                entities += page.entities.map(\.description)
                waiting += page.next.map { Optional($0) }
            }
        }
        return entities
    }
}
