internal import Logging

/// Opens the shared connection, and opens it again, each time a little later, when that fails.
struct ConnectionKeeper {
    private let connector: RedisConnector
    private let shared: SharedConnection
    private let logger: Logger

    init(_ connector: RedisConnector, _ shared: SharedConnection, _ logger: Logger) {
        self.connector = connector
        self.shared = shared
        var logger = logger
        logger[metadataKey: RedisLogKey.address] = "\(connector.configuration.address)"
        self.logger = logger
    }

    /// Returns when its task is cancelled.
    func keepConnected() async {
        var failures = 0
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                let connection = try await connector.connect()
                logger.info("connected to Redis", metadata: [RedisLogKey.attempts: "\(failures + 1)"])
                failures = 0
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
            await shared.serve(with: connection)
        } onCancel: {
            connection.close(.shutdown())
        }
        if !Task.isCancelled {
            logger.info("the connection to Redis ended")
        }
    }

    private func failed(_ error: RedisError, _ failures: Int) {
        guard error.code != .cancelled else { return }
        shared.connectionFailed(error)
        // One line for an outage; what it makes fail is reported where it fails.
        if failures == 1 {
            logger.info("no connection to Redis, trying on", metadata: [RedisLogKey.error: "\(error)"])
        }
    }
}
