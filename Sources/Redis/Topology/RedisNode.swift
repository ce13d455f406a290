internal import Logging
internal import NIOCore

/// One server, or the one that is the master: a connection that commands share, and a pool for those that block.
final class RedisNode: Sendable {
    let configuration: RedisConfiguration
    private let logger: Logger
    private let connector: RedisConnector
    private let shared: SharedConnection
    private let pool: BlockingPool
    private let leaving = AsyncStream.makeStream(of: Never.self)

    /// - Parameter isPatient: whether commands wait for the next attempt to connect when one has failed.
    init(_ configuration: RedisConfiguration, _ opener: ConnectionOpener, isPatient: Bool, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        connector = RedisConnector(configuration, opener)
        shared = SharedConnection(place: configuration.place, isPatient: isPatient, eventLoop: opener.eventLoop)
        pool = BlockingPool(connector, shared)
    }

    /// Whether its shared connection is there.
    var isConnected: Bool { shared.isOpen }

    /// Keeps the connection until the task is cancelled or ``leave()`` is called; afterwards every command fails.
    func run() async {
        await withTaskGroup { group in
            group.addTask { [self] in await ConnectionKeeper(connector, shared, pool, logger).keepConnected() }
            group.addTask { [self] in for await _ in leaving.stream {} }
            await group.next()
            group.cancelAll()
        }
        await stop()
    }

    func leave() {
        leaving.continuation.finish()
    }

    /// Fails what waits and what comes, and closes the connections.
    func stop() async {
        pool.close()
        await shared.stop()
    }

    /// - Parameters:
    ///   - timeout: until the replies.
    ///   - isAlone: on a connection that nothing else is sent on meanwhile.
    func execute(
        _ commands: [RedisCommand],
        timeout: Duration,
        isAlone: Bool = false
    ) async throws(RedisError) -> [RESPValue] {
        guard isAlone else {
            return try await shared.execute(RedisRequest.Content(commands, timeout: timeout)).values
        }
        return try await pool.execute(commands, timeout: timeout)
    }
}
