internal import ArgumentParser
internal import CatalogConsumer
internal import Ingestion
internal import Logging
internal import Redis
internal import ServiceLifecycle

/// `tidemark run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run everything in one process.",
        discussion: """
            Workers, a consumer that keeps a SQLite catalog, and, unless redis.url names one, a private Redis in the data
            directory. On a terminal it shows how each provider gets on; elsewhere it writes log lines.

            SIGTERM and Ctrl-C commit the pages in hand and give the jobs back; a second Ctrl-C ends at once.

            EXAMPLES
              tidemark run
              tidemark run -c tidemark.yaml --log-format json
              tidemark run --cycles 1          one cycle of each provider, then exit: for cron
            """
    )

    @Option(help: "Exit after so many cycles of each provider; what rests is started.")
    var cycles: Int?
    @OptionGroup var http: HTTPOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let cycles, cycles < 1 { throw ValidationError("--cycles must be at least 1") }
    }

    func run() async throws {
        let isWatched = Console.current.screen.isTerminal
        let session = try Session.open(global, scope: .everything, level: isWatched ? .notice : .info)
        let providers = try session.providers()
        let path = try session.catalogPath()
        let privateRedis = PrivateRedis(dataDirectory: session.dataDirectory)
        try await StopSignals.caught(
            screen: session.console.screen,
            logger: session.logger,
            lastResort: { privateRedis.abandon() }
        ) { [cycles, http] stop in
            try await session.withOwnRedis(privateRedis, stop) { redis in
                let deployment = Deployment(session, on: redis)
                let sink = try SQLiteSink(path: path)
                try await deployment.runEverything(
                    providers,
                    into: sink,
                    path: path,
                    cycles: cycles,
                    http: http,
                    stop: stop
                )
            }
        }
    }
}

extension Session {
    /// The SQLite file, in a folder that exists.
    func catalogPath() throws -> String {
        let path = configuration.consumer.sqlite ?? dataDirectory + "/catalog.sqlite"
        try Folder.create(Folder.parent(of: path))
        return path
    }

    /// Runs `body` with the Redis that is named, or with a private one that it starts.
    func withOwnRedis(
        _ privateRedis: PrivateRedis,
        _ stop: StopSignals,
        _ body: @escaping @Sendable (RedisConfiguration) async throws -> Void
    ) async throws {
        if let redis = try configuration.redis.configuration(overriding: redisURL) {
            return try await placing {
                // A worker would go on trying; somebody who runs everything is told at once.
                try await withClient(redis, logger: logger) { _ = try await Preflight.inspect($0) }
                try await body(redis)
            }
        }
        try Folder.create(dataDirectory)
        do {
            try await privateRedis.with(logger: logger, body)
        } catch let error as RedisError where error.code == .privateServer && stop.isStopping {
            // Who stops a whole group of processes stops the server, too.
            logger.warning("the private Redis ended first; what was in hand is read again: \(error)")
        }
    }
}

extension Deployment {
    /// A worker, a consumer and a progress display, until a signal, or until `cycles` of each provider are complete.
    fileprivate func runEverything(
        _ providers: [Provider],
        into sink: SQLiteSink,
        path: String,
        cycles: Int?,
        http: HTTPOptions,
        stop: StopSignals
    ) async throws {
        let consumer = consumer(into: sink, discovery: .milliseconds(500))
        let worker = try worker(providers)
        var services = [
            connection,
            ServiceConfiguration(service: consumer, serviceName: "consumer"),
            ServiceConfiguration(service: worker, serviceName: "worker"),
            progress(
                "tidemark run",
                details: "\(path) · \(redis)",
                catalog: sink.catalog,
                consumer: consumer
            ),
        ]
        services += try self.http(http, providers, beside: worker)
        if let cycles {
            services.append(try await cyclesService(cycles, of: providers.map(\.name), catalog: sink.catalog))
        }
        try await run(services, until: stop)
    }
}
