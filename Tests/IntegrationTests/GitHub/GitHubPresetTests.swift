import Catalog
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

@Suite struct GitHubPresetTests {
    private static let providers = ["github-repositories", "github-users", "github-teams"]

    @Test(
        """
        Must show 2: 5,000 repositories, 2,000 users and 200 teams of a GitHub that throws in secondary limits and 502s, read by \
        three workers: the catalog is exact, before and after a change, and no request came before the time that was asked for
        """
    )
    func presets() async throws {
        var limits = GitHubLimits()
        (limits.secondaryShare, limits.badGatewayShare) = (0.04, 0.05)
        limits.retryAfter = 2...2
        (limits.points, limits.window) = (30, 8)
        // What is on its way when a limit is announced to another worker cannot be called back.
        limits.grace = 1
        let github = GitHubImitation(
            .init(login: "acme", repositories: 5_000, users: 2_000, teams: 200),
            limits: limits
        )
        try await github.run { url in
            try await withWorkers(url) { store, directory in
                try await expectCatalog(of: github, at: url, in: store, cycle: 1)

                github.change { organization in
                    organization.repositories.removeAll { $0.number % 100 == 7 }
                    for index in organization.repositories.indices where index % 100 == 3 {
                        organization.repositories[index].isArchived.toggle()
                    }
                    organization.repositories[20].name = "renamed"
                    organization.repositories.append(.init(number: 99_999, name: "a-new-one"))
                    let left = organization.users.removeLast()
                    organization.users[1_000].login = "renamed"
                    organization.users.append(.init(number: 1_999_999, login: "newcomer"))
                    for index in organization.teams.indices {
                        organization.teams[index].members.removeAll { $0 == left.number }
                    }
                    organization.teams[41].members.append(1_999_999)
                    organization.teams.removeLast()
                }
                let operations = Operations(store: store)
                for provider in Self.providers { try await operations.trigger(provider) }
                try await expectCatalog(of: github, at: url, in: store, cycle: 2)
                let verified = try await tidemark("verify", in: directory)
                #expect(verified.status == .exited(0), "\(verified.output)\(verified.errors)")
            }
        }
        let requests = github.requests
        #expect(requests.count { $0.status == 502 } > 0)
        #expect(requests.count { $0.status == 403 || $0.status == 429 } > 0)
        // And all points of a while were used up.
        #expect(requests.contains { $0.isLast })
        #expect(github.earlyRequests == 0)
    }

    private func withWorkers(_ url: String, _ body: (Store, String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            try await withRedisServer(directory: directory + "/redis") { configuration in
                guard case .unixSocket(let socket) = configuration.address else { throw Unexpected() }
                // Each provider with a token, thus limits, of its own.
                let providers = Self.providers.map { name in
                    """
                      \(name):
                        burstInterval: 100ms
                        backoff: [100ms, 500ms]
                        source:
                          github:
                            entities: \(name.dropFirst(7))
                            organization: acme
                            url: \(url)
                            auth: { bearer: \(GitHubImitation.token)-\(name) }
                    """
                }
                let yaml =
                    "redis: { url: \"redis+unix://\(socket)\" }\nproviders:\n" + providers.joined(separator: "\n")
                try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
                try await withRedisClient(configuration) { client in
                    let store = Store(redis: client)
                    try await withTidemark(["worker"], name: "one", in: directory) { _ in
                        try await withTidemark(["worker"], name: "two", in: directory) { _ in
                            try await withTidemark(["worker"], name: "three", in: directory) { _ in
                                try await body(store, directory)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Waits for the end of a cycle of each provider, and compares what was published with what there is.
    private func expectCatalog(of github: GitHubImitation, at url: String, in store: Store, cycle: Int64) async throws {
        let organization = github.organization
        let expected = [
            organization.components(of: Self.providers[0], at: url), organization.users(of: Self.providers[1], at: url),
            organization.groups(of: Self.providers[2], at: url),
        ]
        for (provider, entities) in zip(Self.providers, expected) {
            try await eventually { try await Operations(store: store).status(of: provider).completed == cycle }
            let catalog = try await store.catalog(of: provider)
            #expect(Set(catalog.keys) == Set(entities.keys))
            let different = entities.filter { catalog[$0.key] != $0.value }
            #expect(different.isEmpty, "\(different.first.map { "\($0.value) is \(catalog[$0.key] ?? .null)" } ?? "")")
        }
    }
}
