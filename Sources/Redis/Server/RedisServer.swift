package import Logging

/// A private `redis-server`: a child process that listens on a unix socket in a directory that it alone uses.
package enum RedisServer {
    /// Runs `body` while the server runs, and stops the server when it ends, however it ends.
    ///
    /// - Parameter directory: holds the data, the socket and a lock. It is created, for this user only.
    package static func with<Result: Sendable>(
        directory: String,
        options: RedisServerOptions = RedisServerOptions(),
        logger: Logger,
        body: @escaping @Sendable (RedisConfiguration) async throws -> Result
    ) async throws -> Result {
        throw RedisError(.privateServer, "not started")
    }
}
