internal import Foundation
internal import Glibc
internal import Logging
internal import Redis

/// The private Redis of a data directory: one process starts it, others on the machine find it.
struct PrivateRedis: Sendable {
    /// What the server keeps, in the data directory.
    let directory: String

    init(dataDirectory: String) {
        directory = dataDirectory + "/redis"
    }

    /// Runs `body` while the server runs.
    func with<Result: Sendable>(
        logger: Logger,
        _ body: @escaping @Sendable (RedisConfiguration) async throws -> Result
    ) async throws -> Result {
        try await RedisServer.with(directory: directory, logger: logger, body: body)
    }

    /// How to reach the server, if its socket is there; nothing is created.
    func running() throws -> RedisConfiguration? {
        guard FileManager.default.fileExists(atPath: directory + "/redis.sock") else { return nil }
        return try RedisServer.configuration(directory: directory)
    }

    /// Asks the server to end, for a process that ends at once and cannot wait for it.
    func abandon() {
        guard let text = try? String(contentsOfFile: directory + "/redis.pid", encoding: .utf8),
            let process = pid_t(text.prefix { $0.isNumber })
        else { return }
        kill(process, SIGTERM)
    }
}
