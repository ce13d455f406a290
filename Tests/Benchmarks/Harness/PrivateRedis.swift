internal import Ingestion
internal import Logging
internal import Redis

/// A Redis of a benchmark's own, on a unix socket in a temporary folder, and a client of it that runs.
struct PrivateRedis: Sendable {
    let client: RedisClient
    let socketPath: String
    let version: String

    var store: Store { Store(redis: client) }

    /// Runs `body` with a new server, which is stopped after it.
    ///
    /// Its append-only file is synced each second, unless told otherwise, and not rewritten: a rewrite would fall into some
    /// rounds and not into others.
    static func with<Result: Sendable>(
        isDurable: Bool = true,
        arguments: [String] = [],
        _ body: @escaping @Sendable (PrivateRedis) async throws -> Result
    ) async throws -> Result {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        var options = RedisServerOptions()
        options.isDurable = isDurable
        options.arguments = ["--auto-aof-rewrite-percentage", "0"] + arguments
        return try await RedisServer.with(directory: directory.path, options: options, logger: .quiet) {
            configuration in
            guard case .unixSocket(let path) = configuration.address else { throw BenchmarkError("no unix socket") }
            return try await connected(to: path) { redis in try await body(redis) }
        }
    }

    /// Runs `body` with a client of a server that runs already.
    static func connected<Result: Sendable>(
        to socketPath: String,
        _ body: @escaping @Sendable (PrivateRedis) async throws -> Result
    ) async throws -> Result {
        let client = RedisClient(
            configuration: RedisConfiguration(address: .unixSocket(path: socketPath)),
            logger: .quiet
        )
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await client.run()
                return nil
            }
            group.addTask {
                let info = try await client.send(RedisCommand("INFO", "server")).string ?? ""
                let version = info.split(separator: "\r\n").first { $0.hasPrefix("redis_version:") }
                let redis = PrivateRedis(
                    client: client,
                    socketPath: socketPath,
                    version: String(version?.dropFirst("redis_version:".count) ?? "?")
                )
                return try await body(redis)
            }
            while let ended = try await group.next() {
                guard let result = ended else { continue }
                group.cancelAll()
                return result
            }
            throw CancellationError()
        }
    }

    func clear() async throws {
        _ = try await client.send(RedisCommand("FLUSHALL"))
    }
}
