internal import Foundation
internal import Logging
internal import Redis

/// The private Redis of a data directory: one process starts it, others on the machine find it.
struct PrivateRedis: Sendable {
    /// What the server keeps, in the data directory.
    let directory: String

    init(dataDirectory: String) {
        directory = dataDirectory + "/redis"
    }

    /// Where the server that runs is written down, for other commands.
    private var note: String { directory + ".url" }

    /// Runs `body` while the server runs.
    func with<Result: Sendable>(
        logger: Logger, _ body: @escaping @Sendable (RedisConfiguration) async throws -> Result
    ) async throws -> Result {
        try await RedisServer.with(directory: directory, logger: logger) { configuration in
            try configuration.description.write(toFile: note, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: note) }
            return try await body(configuration)
        }
    }

    /// How to reach the server, if one runs.
    func running() -> RedisConfiguration? {
        guard let url = try? String(contentsOfFile: note, encoding: .utf8),
            let configuration = try? RedisConfiguration(url: url), case .unixSocket(let path) = configuration.address,
            FileManager.default.fileExists(atPath: path)
        else { return nil }
        return configuration
    }
}
