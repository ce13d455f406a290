internal import Administration
internal import ArgumentParser
internal import Ingestion
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// One worker over a generated source, and the HTTP side beside it, until it is ended. It prints the port and its process.
struct DashboardWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "dashboard-worker", shouldDisplay: false)

    @Option var redis: String
    @Option var entities: Int

    func run() async throws {
        let provider = Self.provider(entities)
        try await PrivateRedis.connected(to: redis) { redis in
            let operations = Operations(store: redis.store)
            let watch = StateWatch(operations, pageTimeouts: [:], logger: .quiet)
            let metrics = MetricRegistry()
            let state = StateMetrics(operations, providers: [provider.name], logger: .quiet)
            let access = try Access(host: "127.0.0.1", tokens: [])
            var configuration = HTTPServer.Configuration()
            configuration.port = 0
            configuration.requestsPerSecond = 100_000
            let server = HTTPServer(
                configuration,
                access: access,
                groups: [
                    WatchEndpoints(watch), DashboardEndpoints(access),
                    MetricsEndpoints(metrics, state, rests: [provider.name: provider.restLength]),
                ],
                logger: .quiet,
                onListening: { port in
                    print(port, getpid())
                    flushStandardOutput()
                }
            )
            let worker = try Worker(
                store: redis.store,
                providers: [provider],
                settings: .unthrottled,
                metrics: metrics,
                logger: .quiet
            )
            try await ServiceGroup(
                configuration: .init(
                    services: ([worker, server, watch, state] as [any Service]).map { .init(service: $0) },
                    gracefulShutdownSignals: [.sigterm],
                    logger: .quiet
                )
            ).run()
        }
    }

    static func provider(_ entities: Int) -> Provider {
        .benchmark(GeneratedSource(entities: entities, pageSize: CommitBenchmark.pageSize))
    }
}
