import Catalog
import EntitySources
import Ingestion
import Logging
import Testing

@testable import DemoSource
@testable import TidemarkCommands

@Suite("deploy/examples, read against the demo source")
struct ExampleConfigurationTests {
    @Test(
        "Every package becomes an entity of its own, whatever its name, in one chain or in sixteen",
        arguments: [("debian-packages.yaml", 1), ("debian-packages-sharded.yaml", 16)]
    )
    func packages(file: String, chains: Int) async throws {
        try await withServer(packages: 2_500) { server, client in
            let pass = try await read("debian-packages", of: file, at: client.url)
            let versions = pass.entities.map { ($0["debian.org/package"], $0["debian.org/version"]) }
            #expect(Dictionary(uniqueKeysWithValues: versions) == server.revision.packageVersions)
            #expect(pass.refs.count == server.revision.packages.count)
            #expect(pass.chains == chains)
        }
    }

    @Test("Every maintainer becomes the group that owns the packages")
    func maintainers() async throws {
        try await withServer(packages: 2_500) { server, client in
            let groups = try await read("debian-maintainers", of: "debian-packages.yaml", at: client.url)
            let packages = try await read("debian-packages", of: "debian-packages.yaml", at: client.url)
            #expect(groups.refs == Set(server.revision.maintainers.map { "group:default/\($0.id)" }))
            #expect(packages.owners == groups.refs)
        }
    }

    @Test("Every maintainer leads to its packages, each of which it owns")
    func fanOut() async throws {
        try await withServer(packages: 1_000) { server, client in
            let revision = server.revision
            let pass = try await read("debian", of: "fan-out.yaml", at: client.url)
            let groups = Set(revision.maintainers.map { "group:default/\($0.id)" })
            #expect(pass.owners == groups && pass.refs.isSuperset(of: groups))
            let packages = pass.entities.filter { $0["debian.org/package"] != nil }
            let versions = packages.map { ($0["debian.org/package"], $0["debian.org/version"]) }
            #expect(Dictionary(uniqueKeysWithValues: versions) == revision.packageVersions)
            #expect(pass.refs.count == revision.packages.count + groups.count)
            // The last page of the maintainers ends their chain, and begins others.
            #expect(pass.chains == groups.count)
        }
    }

    @Test("A call for each maintainer tells how many packages it looks after")
    func details() async throws {
        try await withServer(packages: 1_000) { server, client in
            let pass = try await read("debian-maintainers", of: "details.yaml", at: client.url)
            #expect(pass.refs == Set(server.revision.maintainers.map { "group:default/\($0.id)" }))
            let counts = pass.entities.compactMap { $0["debian.org/packages"] }.compactMap { Int($0) }
            #expect(counts.count == pass.refs.count && counts.reduce(0, +) == 1_000 && counts.contains { $0 > 1 })
        }
    }

    /// What one pass over a provider of an example gave.
    fileprivate struct Pass {
        var refs: Set<String> = []
        var owners: Set<String> = []
        /// The annotations of each entity.
        var entities: [[String: String]] = []
        var chains = 0
    }

    private func read(_ provider: String, of file: String, at url: String) async throws -> Pass {
        let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let configuration = try TidemarkCommands.Configuration.load(
            file: "/\(folder)/deploy/examples/\(file)",
            environment: ["TIDEMARK_DEMO_URL": url]
        )
        let section = try #require(configuration.providers.first { $0.name == provider })
        guard case .http(let http) = section.source?.value else {
            Issue.record("\(provider) is no http source")
            return Pass()
        }
        let source = try HTTPSource(http, logger: Logger(label: "test"))
        var pass = Pass()
        try await source.withClient { client in
            var cursors: [JSON?] = [nil]
            while let cursor = cursors.popLast() {
                let page = try await source.page(at: cursor, using: client)
                try pass.take(page.entities)
                if page.next.isEmpty { pass.chains += 1 }
                cursors += page.next.map(Optional.some)
            }
        }
        return pass
    }
}

extension ExampleConfigurationTests.Pass {
    fileprivate mutating func take(_ texts: [JSONText]) throws {
        var normalizer = EntityNormalizer()
        for text in texts {
            let entity = try normalizer.normalize(text)
            refs.insert(entity.ref.string)
            let body = try JSON(parsing: entity.body)
            if let owner = body["spec"]?["owner"]?.string { owners.insert(owner) }
            var annotations: [String: String] = [:]
            for (key, value) in body["metadata"]?["annotations"]?.object ?? [:] { annotations[key] = value.string }
            entities.append(annotations)
        }
    }
}
