import CatalogConsumer
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// What each manifest starts, started: with its arguments, its environment, its configuration and its secrets, in the root of
/// the image, on a Redis with the shipped configuration and users.
@Suite struct RoleTests {
    enum Manifest: String, CaseIterable, Sendable {
        case systemd, compose, small, production, image

        /// Those that can be read on this machine.
        static let readable = allCases.filter { KubernetesOverlay.canBeBuilt || ![.small, .production].contains($0) }

        func roles() async throws -> [Role] {
            switch self {
            case .systemd: try SystemdUnit.names.map { try SystemdUnit($0).role() }
            case .compose: try await ComposeFile().roles()
            case .small, .production: try await KubernetesOverlay(rawValue).roles()
            case .image:
                try await ComposeFile().roles().map { role in
                    var role = role
                    // What the image does when it is told nothing else.
                    if role.name == "worker" { role.arguments = try dockerfileWords("CMD") }
                    return role
                }
            }
        }
    }

    @Test(
        "All roles start as the manifest says, and what a cycle reads reaches the catalog",
        arguments: Manifest.readable
    )
    func everyRole(_ manifest: Manifest) async throws {
        let roles = try await manifest.roles()
        #expect(roles.map(\.name).sorted() == ["consume", "serve", "worker"])
        try await ManifestSite.with(roles) { site in
            try await site.run("worker") { worker in
                try await site.run("consume") { consumer in
                    try await site.run("serve") { serve in
                        let catalog = { try SQLiteCatalog(readingAt: site.root.state + "/catalog.sqlite") }
                        func hasEnded() -> Bool { serve.hasEnded || consumer.hasEnded || worker.hasEnded }
                        try await eventually {
                            if hasEnded() { return true }
                            return try await catalog().count() == 2
                        }
                        try #require(!hasEnded())
                        for process in [worker, serve] {
                            let port = try await port(of: process)
                            try await eventually {
                                try await site.status(of: "/health/ready", at: port, withToken: false) == 200
                            }
                            try await expectHealthy(port, site)
                        }
                        let port = try await port(of: serve)
                        #expect(try await site.status(of: "/api/v1/providers", at: port, withToken: true) == 200)
                        #expect(try await site.status(of: "/api/v1/providers", at: port, withToken: false) == 401)
                        for process in [serve, consumer, worker] { try process.send(.terminate) }
                        try await eventually { serve.hasEnded && consumer.hasEnded && worker.hasEnded }
                    }
                }
            }
            #expect(try await site.refusals() == [])
        }
    }

    /// Where a process says that it listens.
    private func port(of process: TidemarkProcess) async throws -> Int {
        var port: Int?
        try await eventually {
            let line = process.lines.first { $0.contains("http.address") }
            port = line?.firstMatch(of: /127\.0\.0\.1:([0-9]+)/).flatMap { Int($0.1) }
            return port != nil
        }
        return try #require(port)
    }

    /// Runs the image's health check.
    private func expectHealthy(_ port: Int, _ site: ManifestSite) async throws {
        let words = try dockerfileWords("HEALTHCHECK").map { $0 == "8080" ? "\(port)" : $0 }
        let launcher = site.root.launcher
        let health = try await Tool.run(launcher[0], launcher.dropFirst() + words, mayFail: true)
        #expect(health.output == "ready\n", "\(health.errors)")
    }

    @Test("Each role gets the secrets that it needs, and no others", arguments: Manifest.readable)
    func secrets(_ manifest: Manifest) async throws {
        for role in try await manifest.roles() {
            let user = ["worker": "worker", "consume": "consumer", "serve": "operator"][role.name] ?? ""
            let needed: Set<Role.Secret> =
                role.name == "consume"
                ? [.password(of: user)] : [.password(of: user), .sourceToken, .webhookSecret]
            #expect(role.user == user)
            #expect(Set(role.secrets.values) == needed, "\(role.name)")
        }
    }

    @Test("A worker has the time to end its page, to commit it and to give its job back", arguments: Manifest.readable)
    func gracePeriods(_ manifest: Manifest) async throws {
        let worker = try #require(try await manifest.roles().first { $0.name == "worker" })
        let provider = Provider(name: "any", source: TestSource(names: []))
        let client = RedisClient(configuration: RedisConfiguration(address: .unixSocket(path: "/none")), logger: .quiet)
        #expect(worker.gracePeriod > provider.pageTimeout + Store(redis: client).resendFor * 2)
    }
}
