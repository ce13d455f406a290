internal import Logging
internal import Redis
internal import ServiceLifecycle

/// Asks Redis until it answers. If Redis refuses this process, as for a wrong password, that is an error: waiting would not help.
struct AdmissionService: Service {
    let session: Session
    let redis: RedisConfiguration

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await admit() }
            // A service that returns before its turn ends the others.
            try await gracefulShutdown()
        } catch  where Task.isCancelled || Task.isShuttingDownGracefully {
            return
        }
    }

    private func admit() async throws {
        var logger = session.logger
        // The role's own client logs that Redis cannot be reached.
        if logger.logLevel > .debug { logger.logLevel = .critical }
        try await session.withClient(redis, logger: logger) { try await ask($0) }
    }

    private func ask(_ client: RedisClient) async throws {
        let question = RedisCommand("HGET", session.configuration.redis.prefix + ":layout", "lanes")
        while true {
            do throws(RedisError) {
                _ = try await client.send(question)
                return
            } catch {
                guard error.mayPass else { throw error }
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
