internal import Administration
internal import CatalogConsumer
internal import Ingestion
internal import Logging
internal import Redis
internal import ServiceLifecycle
internal import Tracing

/// The roles of one process, on one Redis, as services in the order of their dependency.
struct Deployment: Sendable {
    typealias ServiceConfiguration = ServiceGroupConfiguration.ServiceConfiguration

    let session: Session
    let redis: RedisConfiguration
    let client: RedisClient
    let store: Store
    /// What the process counts, whether or not it serves it.
    let metrics = MetricRegistry()

    init(_ session: Session, on redis: RedisConfiguration) {
        self.session = session
        self.redis = redis
        var redis = redis
        // Each lane is listened to on a connection of its own, and a burst may wait for replicas on another.
        redis.maximumBlockingConnections += session.configuration.redis.lanes + session.configuration.worker.concurrency
        client = RedisClient(configuration: redis, logger: session.logger)
        store = session.store(client)
    }

    /// Runs services, in order of dependency, until one ends that ends the others, or a signal comes. Their spans go where the
    /// configuration says.
    func run(_ services: [ServiceConfiguration], until stop: StopSignals) async throws {
        guard let exporter = session.configuration.tracing?.exporter(logger: session.logger) else {
            return try await stop.run(services, logger: session.logger)
        }
        // The first is shut down last.
        let tracing = ServiceConfiguration(service: exporter, serviceName: "tracing")
        try await withTracer(exporter.tracer) { try await stop.run([tracing] + services, logger: session.logger) }
    }

    /// What all others need.
    var connection: ServiceConfiguration { ServiceConfiguration(service: client, serviceName: "redis") }

    /// Ends the process if Redis refuses it. A worker sees to that itself.
    var admission: ServiceConfiguration {
        ServiceConfiguration(service: AdmissionService(session: session, redis: redis), serviceName: "admission")
    }

    func worker(_ providers: [Provider]) throws -> Worker {
        try Worker(
            store: store,
            providers: providers,
            settings: session.configuration.worker,
            metrics: metrics,
            logger: session.logger
        )
    }

    /// - Parameter discovery: how often new providers are looked for.
    func consumer(
        into sink: any Sink,
        group: String? = nil,
        discovery: Duration = .seconds(5)
    ) -> CatalogConsumer {
        CatalogConsumer(
            redis: redis,
            sink: sink,
            configuration: ConsumerConfiguration(
                group: group ?? session.configuration.consumer.group,
                prefix: session.configuration.redis.prefix,
                leaseDuration: session.configuration.consumer.lease,
                discoveryInterval: discovery
            ),
            resync: { [session] client, name, known, reason in
                do {
                    let operations = Operations(store: try await session.laidOutStore(client))
                    try await operations.resync(name, after: known, because: reason)
                    return true
                } catch let error as OperationError where error.code == .unknownProvider {
                    return false
                }
            },
            logger: session.logger
        )
    }

    /// Shows how providers get on: in place on a terminal, as log lines elsewhere.
    ///
    /// - Parameters:
    ///   - title: what runs; beside it stand the catalog's entities and `details`.
    ///   - keepsLast: whether the last state stays on the terminal.
    func progress(
        _ title: String,
        details: String = "",
        catalog: SQLiteCatalog? = nil,
        consumer: CatalogConsumer? = nil,
        keepsLast: Bool = true
    ) -> ServiceConfiguration {
        let console = session.console
        let display: any ProgressDisplay =
            console.screen.isTerminal
            ? TerminalProgress(
                title: title,
                details: details,
                screen: console.screen,
                style: console.errorStyle,
                keepsLast: keepsLast
            )
            : LogProgress(logger: session.logger)
        return ServiceConfiguration(
            service: ProgressService(
                operations: Operations(store: store),
                display: display,
                catalog: catalog,
                consumer: consumer
            ),
            serviceName: "progress"
        )
    }
}
