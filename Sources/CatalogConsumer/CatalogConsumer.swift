public import Logging
package import Redis
public import ServiceLifecycle

/// Reads the deltas of all providers and hands them to a sink.
///
/// Any number of consumers can run with the same group: each provider is read by one of them at a time. When it ends or
/// dies, another goes on after the last entry that was stored. What the sink has stored is acknowledged, and what every group has
/// acknowledged is trimmed from the stream.
///
/// A failure of the sink or of Redis, and an entry that cannot be read, stop that provider only: it is tried again, at growing
/// intervals of up to a minute, from the last stored entry. Nothing is ever left out: if entries are missing, everything is
/// published anew (`tidemark consume` has it done; a consumer of your own stands still until `tidemark resync` was run).
public final class CatalogConsumer: Service {
    private let redis: RedisConfiguration
    private let sink: any Sink
    private let configuration: ConsumerConfiguration
    private let clock: any Clock<Duration>
    private let board = StatusBoard()
    private let resync: Resync?
    private let logger: Logger

    /// A consumer that connects to Redis when it is run.
    ///
    /// - Parameter redisURL: `redis://[user[:password]@]host[:port][/database]`, `redis+sentinel://host,host/master`,
    ///   `redis+cluster://host,host`, with TLS `rediss…`, or `redis+unix:///path`.
    /// - Throws: ``ConsumerError`` for a URL that is not valid.
    public convenience init(
        redisURL: String,
        sink: any Sink,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        logger: Logger
    ) throws(ConsumerError) {
        let redis: RedisConfiguration
        do {
            redis = try RedisConfiguration(url: redisURL)
        } catch {
            throw ConsumerError(.configuration, error.message, underlying: error)
        }
        self.init(redis: redis, sink: sink, configuration: configuration, logger: logger)
    }

    /// - Parameters:
    ///   - clock: what leases and pauses are measured with.
    ///   - resync: has everything of a provider published anew. It is called when entries are gone that the sink has not
    ///     stored, or Redis has lost some that it stored; without it, the provider waits for a person to do it.
    package init(
        redis: RedisConfiguration,
        sink: any Sink,
        configuration: ConsumerConfiguration = ConsumerConfiguration(),
        clock: any Clock<Duration> = ContinuousClock(),
        resync: Resync? = nil,
        logger: Logger
    ) {
        var redis = redis
        // Each provider waits for entries on a connection of its own.
        redis.maximumBlockingConnections = 10_000
        self.redis = redis
        self.sink = sink
        self.configuration = configuration
        self.clock = clock
        self.resync = resync
        self.logger = logger
    }

    /// Consumes until graceful shutdown or cancellation.
    ///
    /// A graceful shutdown stores and acknowledges the batch in hand, and gives the providers over to other consumers.
    ///
    /// - Throws: the ``SinkError`` of a sink that is closed; a ``ConsumerError`` once a newer build has laid Redis out otherwise.
    public func run() async throws {
        let client = RedisClient(configuration: redis, logger: logger)
        let consumer = ConsumerService(
            redis: client,
            sink: sink,
            configuration: configuration,
            clock: clock,
            board: board,
            resync: resync,
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: client, serviceName: "redis"),
                    .init(
                        service: consumer,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        serviceName: "consumer"
                    ),
                ],
                logger: logger
            )
        )
        try await group.run()
    }

    /// How it gets on with each provider.
    public var status: ConsumerStatus { board.current }
}
