import Catalog
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// A whole Tidemark that a real Prometheus scrapes, with sources that behave as a test wants it.
struct WatchedSite: Sendable {
    /// The processes that are scraped.
    enum Scraped: String, CaseIterable {
        case worker
        case serve
    }

    let directory: String
    let sources: WatchedSources
    let slapd: TestDirectory
    let redis: ServerProcess
    let operations: Operations
    let prometheus: PrometheusServer
    private let ports: [Scraped: Int]

    /// - Parameter rules: what Prometheus evaluates.
    static func with(rules: String, _ body: (WatchedSite) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let sources = try WatchedSources(in: directory + "/sources")
            let redis = try ServerProcess(
                port: ServerProcess.freePort(),
                in: directory + "/redis",
                arguments: ["--appendonly", "yes", "--appendfsync", "always"]
            )
            try await withTestDirectory(TestDirectory.people.ldif, options: TestDirectory.synchronizing()) { slapd in
                try await HTTPTestServer.with({ sources.respond(to: $0) }) { server in
                    let token = try await token(in: directory)
                    let providers = sources.configuration(url: server.url, directoryURL: slapd.url)
                    let yaml = """
                        redis: { url: "redis://127.0.0.1:\(redis.port)" }
                        dataDirectory: \(directory)
                        worker: { concurrency: 32, lease: 2s }
                        stream: { maxPending: 20 }
                        http: { requestsPerSecond: 1000, tokens: { prometheus: { scope: read, sha256: "\(token.sha256)" } } }
                        log: { level: info, format: json }
                        providers:
                        \(providers)
                        """
                    try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
                    let ports = try Dictionary(
                        uniqueKeysWithValues: Scraped.allCases.map { ($0, try ServerProcess.freePort()) }
                    )
                    let targets = Dictionary(
                        uniqueKeysWithValues: ports.map { ("tidemark-\($0.key)", ["127.0.0.1:\($0.value)"]) }
                    )
                    try await withServers([redis]) {
                        try await redis.withClient { client in
                            try await PrometheusServer.with(
                                rules: rules,
                                targets: targets,
                                token: token.text,
                                in: directory + "/prometheus"
                            ) { prometheus in
                                try await body(
                                    WatchedSite(
                                        directory: directory,
                                        sources: sources,
                                        slapd: slapd,
                                        redis: redis,
                                        operations: Operations(store: Store(redis: client)),
                                        prometheus: prometheus,
                                        ports: ports
                                    )
                                )
                            }
                        }
                    }
                }
            }
        }
    }

    private static func token(in directory: String) async throws -> (text: String, sha256: String) {
        let result = try await tidemark("token", "create", "--scope", "read", "--json", in: directory)
        let json = try JSON(parsing: result.output)
        return (try #require(json["token"]?.string), try #require(json["sha256"]?.string))
    }

    func instance(_ role: Scraped) -> String { "127.0.0.1:\(ports[role] ?? 0)" }

    /// Runs a process that is scraped; it is told to end when `body` has, and does.
    func run(_ role: Scraped, _ body: (TidemarkProcess) async throws -> Void) async throws {
        let arguments = [role.rawValue, "--http", instance(role)]
        let status = try await withTidemark(arguments, name: role.rawValue, in: directory) { process in
            try await ended(process, role.rawValue, body)
        }
        #expect(status == .exited(0), "\(role)")
    }

    /// Runs a worker that is not scraped meanwhile.
    func withAnotherWorker(_ body: () async throws -> Void) async throws {
        try await withTidemark(["worker"], name: "other", in: directory) { process in
            try await ended(process, "other") { _ in try await body() }
        }
    }

    /// Runs a consumer meanwhile, once it has a group on every stream.
    func consuming(_ body: () async throws -> Void) async throws {
        try await withTidemark(["consume"], name: "consume", in: directory) { process in
            try await ended(process, "consume") { _ in
                for name in WatchedSources.names {
                    try await eventually { try await self.hasConsumer(name) }
                }
                try await body()
            }
        }
    }

    private func hasConsumer(_ provider: String) async throws -> Bool {
        let deltas = operations.store.keys(of: provider).deltas
        // An error until the stream is there.
        let groups = try? await operations.store.redis.call("XINFO", "GROUPS", deltas).array
        return groups?.isEmpty == false
    }

    private func ended(
        _ process: TidemarkProcess,
        _ name: String,
        _ body: (TidemarkProcess) async throws -> Void
    ) async throws {
        do {
            try await body(process)
        } catch {
            Issue.record("\(name): \(process.lines.suffix(40).joined(separator: "\n"))")
            throw error
        }
        try process.send(.terminate)
        try await eventually { process.hasEnded }
    }

    /// Waits until every provider rests or begins anew, every delta is consumed, and Prometheus knows.
    func settled() async throws {
        try await eventually {
            for name in WatchedSources.names {
                let status = try await operations.status(of: name)
                guard status.completed > 0, status.failures == 0, status.held == nil else { return false }
                guard [.resting, .starting, .running, .sweeping].contains(status.phase) else { return false }
            }
            return try await prometheus.query("count(tidemark_provider_status == 1)").first?.value ?? 0 > 0
        }
    }
}
