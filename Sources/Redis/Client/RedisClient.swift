package import Logging
internal import ServiceLifecycle

/// A client of one Redis server: one connection that all commands share, and a pool for those that block.
///
/// ``run()`` is the lifetime of its connections; without it, commands wait for their timeout and fail.
package final class RedisClient: Service, Sendable {
    package let configuration: RedisConfiguration
    private let logger: Logger

    package init(configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    package func run() async throws {
        throw RedisError(.connectionFailed, "not connected")
    }

    /// An error reply is thrown as ``RedisError/Code/server``.
    package func send(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        throw RedisError(.connectionFailed, "not connected")
    }

    /// Sends all commands in one write. Error replies stay in their place.
    package func pipeline(_ commands: [RedisCommand]) async throws(RedisError) -> [RESPValue] {
        throw RedisError(.connectionFailed, "not connected")
    }

    /// Runs a command that blocks on a connection of its own.
    ///
    /// - Parameter timeout: what the command itself tells the server to wait at most.
    package func blocking(_ command: RedisCommand, timeout: Duration) async throws(RedisError) -> RESPValue {
        throw RedisError(.connectionFailed, "not connected")
    }

    /// Runs a script by its digest, and loads it when the server does not know it.
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: (inout RedisCommand) -> Void = { _ in }
    ) async throws(RedisError) -> RESPValue {
        throw RedisError(.connectionFailed, "not connected")
    }
}
