internal import Logging

/// Opens the shared connection, and opens it again, each time a little later, when that fails.
struct ConnectionKeeper {
    private let connector: RedisConnector
    private let shared: SharedConnection
    private let pool: BlockingPool
    private let logger: Logger

    init(_ connector: RedisConnector, _ shared: SharedConnection, _ pool: BlockingPool, _ logger: Logger) {
        self.connector = connector
        self.shared = shared
        self.pool = pool
        self.logger = logger
    }

    /// Returns when its task is cancelled.
    func keepConnected() async {
        var failures = 0
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                let connection = try await connector.connect()
                logger.info(
                    "connected to Redis",
                    metadata: [
                        RedisLogKey.address: "\(connection.address)", RedisLogKey.attempts: "\(failures + 1)",
                    ]
                )
                failures = 0
                pool.closeConnections(elsewhereThan: connection.address)
                await serve(connection)
            } catch {
                failures += 1
                failed(error, failures)
            }
            // Ends early when the task is cancelled, and then the loop ends too.
            try? await Task.sleep(
                for: connector.configuration.backoff.delay(afterFailures: failures, using: &generator)
            )
        }
    }

    private func serve(_ connection: RedisConnection) async {
        await withTaskCancellationHandler {
            await withTaskGroup { group in
                group.addTask { await shared.serve(with: connection) }
                if let sentinels = connector.sentinels {
                    group.addTask { await watch(connection, sentinels) }
                }
                await group.next()
                group.cancelAll()
            }
        } onCancel: {
            connection.close(.shutdown())
        }
        if !Task.isCancelled {
            logger.info(
                "the connection to Redis ended",
                metadata: [RedisLogKey.address: "\(connection.address)"]
            )
        }
    }

    /// Closes a connection when the master is another server, which the old one may not know. Returns when cancelled, or
    /// when it has closed it.
    private func watch(_ connection: RedisConnection, _ sentinels: Sentinels) async {
        while (try? await Task.sleep(for: connector.configuration.topologyInterval)) != nil {
            // While no sentinel answers, or their new master does not yet, the connection that there is goes on.
            guard let named = try? await sentinels.master(), named != connection.address,
                let successor = try? await connector.connect()
            else { continue }
            successor.close(.shutdown())
            guard successor.address != connection.address else { continue }
            logger.notice(
                "another server is the master now",
                metadata: [RedisLogKey.address: "\(successor.address)"]
            )
            connection.close(.connectionClosed(connection.address, because: "\(successor.address) is the master now"))
            return
        }
    }

    private func failed(_ error: RedisError, _ failures: Int) {
        guard error.code != .cancelled else { return }
        shared.connectionFailed(error)
        // One line for an outage; what it makes fail is reported where it fails.
        if failures == 1 {
            logger.info(
                "Redis cannot be reached: start it, or correct its URL; trying on",
                metadata: [
                    RedisLogKey.address: "\(connector.configuration.place)", RedisLogKey.error: "\(error)",
                ]
            )
        }
    }
}
