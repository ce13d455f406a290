internal import Foundation
package import Ingestion
internal import Redis

/// A Redis, a source of several chains and a configuration, for processes that a test starts.
package struct Deployment: Sendable {
    package let directory: String
    package let source: ProgramSource
    package let operations: Operations

    /// The provider's name.
    package static let provider = "inventory"

    package func status() async throws -> ProviderStatus {
        try await operations.status(of: Self.provider)
    }

    /// The SQLite catalog of `tidemark consume`.
    package var catalogPath: String { directory + "/catalog.sqlite" }
}

/// Sets up what the processes of a test share; they read `tidemark.yaml` in its directory.
///
/// - Parameter url: a Redis that runs already; nil for a private one.
package func withDeployment(
    chains: Int,
    pageSize: Int,
    workerConcurrency: Int = 4,
    url: String? = nil,
    _ body: (Deployment) async throws -> Void
) async throws {
    try await withTemporaryDirectory { directory in
        func run(_ url: String, _ configuration: RedisConfiguration) async throws {
            let source = try ProgramSource(in: directory, chains: chains, pageSize: pageSize)
            let yaml = """
                redis: { url: "\(url)" }
                dataDirectory: \(directory)
                worker: { concurrency: \(workerConcurrency), lease: 5s }
                consumer: { sqlite: \(directory)/catalog.sqlite }
                log: { level: debug, format: json }
                providers:
                  \(Deployment.provider):
                    burstLength: 1ms
                    burstInterval: 0s
                    restLength: 1d
                    concurrency: 64
                    source: { exec: { command: ["\(source.command.joined(separator: "\", \""))"] } }
                """
            try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
            try await withRedisClient(configuration) { client in
                try await body(
                    Deployment(
                        directory: directory,
                        source: source,
                        operations: Operations(store: Store(redis: client))
                    )
                )
            }
        }
        if let url {
            return try await run(url, RedisConfiguration(url: url))
        }
        try await withRedisServer(directory: directory + "/redis") { configuration in
            guard case .unixSocket(let socket) = configuration.address else { throw Unexpected() }
            try await run("redis+unix://\(socket)", configuration)
        }
    }
}
