package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// A client of one Redis server: one connection that all commands share, and a pool for those that block.
///
/// ``run()`` is the lifetime of its connections. While there is no connection, commands wait for one, for
/// ``RedisConfiguration/commandTimeout`` at most. A command that was written when its connection ended is never sent
/// again by the client: whether it ran is not known.
package final class RedisClient: Service, Sendable {
    package let configuration: RedisConfiguration
    private let logger: Logger
    private let connector: RedisConnector
    private let shared: SharedConnection
    private let pool: BlockingPool

    package init(configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        connector = RedisConnector(configuration, eventLoop: eventLoop)
        shared = SharedConnection(address: configuration.address, eventLoop: eventLoop)
        pool = BlockingPool(connector, shared)
    }

    /// Connects, and connects again whenever the connection ends, until the task is cancelled or the service shuts down
    /// gracefully. To be called once: afterwards every command fails with ``RedisError/Code/shutdown``.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await ConnectionKeeper(self.connector, self.shared, self.logger).keepConnected()
        }
        pool.close()
        await shared.stop()
    }

    /// Sends a command on the shared connection.
    ///
    /// Cancelling the task, or a timeout, closes that connection: other commands on it fail with
    /// ``RedisError/Code/connectionClosed``.
    ///
    /// - Throws: an error reply as ``RedisError/Code/server``.
    package func send(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        let reply = try await shared.execute(RedisRequest.Content(command, timeout: configuration.commandTimeout))
        return try reply.value(of: command.name)
    }

    /// Sends commands in one write. Error replies stay in their place.
    package func pipeline(_ commands: [RedisCommand]) async throws(RedisError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        let content = RedisRequest.Content(pipeline: commands, timeout: configuration.commandTimeout)
        return try await shared.execute(content).values
    }

    /// Sends a command that blocks, such as `BZPOPMIN` or `XREADGROUP … BLOCK`, on a connection of its own.
    ///
    /// When the task is cancelled, the server is told to let go of the command, and the connection is closed; an item
    /// that it had popped by then is returned all the same. The connection is closed, too, when no reply has come
    /// `commandTimeout` after the command's own timeout, or when it breaks: then an item that was popped is lost, as
    /// with every blocking pop.
    ///
    /// - Parameter timeout: what the command itself asks the server to wait at most.
    /// - Throws: an error reply as ``RedisError/Code/server``.
    package func blocking(_ command: RedisCommand, timeout: Duration) async throws(RedisError) -> RESPValue {
        try await pool.execute(command, timeout: timeout + configuration.commandTimeout).value(of: command.name)
    }

    /// Runs a script by its digest, and loads it first when the server does not know it.
    ///
    /// - Parameter arguments: appends ARGV.
    /// - Throws: an error that the script gives as ``RedisError/Code/server``.
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: (inout RedisCommand) -> Void = { _ in }
    ) async throws(RedisError) -> RESPValue {
        let command = script.command(keys: keys, arguments: arguments)
        let first = try await shared.execute(RedisRequest.Content(command, timeout: configuration.commandTimeout))
        guard case .one(.error(let error)) = first, error.prefix == "NOSCRIPT" else {
            return try first.value(of: "the script \(script.name)")
        }
        _ = try await send(RedisCommand("SCRIPT", "LOAD", script.source))
        let second = try await shared.execute(RedisRequest.Content(command, timeout: configuration.commandTimeout))
        return try second.value(of: "the script \(script.name)")
    }
}

extension RedisScript {
    func command(keys: [String], arguments: (inout RedisCommand) -> Void) -> RedisCommand {
        var command = RedisCommand("EVALSHA", sha1)
        command.append(keys.count)
        for key in keys {
            command.append(key)
        }
        arguments(&command)
        return command
    }
}
