internal import Catalog
internal import CatalogConsumer
internal import DemoSource
internal import Ingestion
internal import Logging
internal import Redis
internal import ServiceLifecycle

/// The demo: a source, a private Redis, workers and a catalog in one process, and what is said about them.
struct Demo: Sendable {
    let cycles: Int
    let workers: Int
    /// Whether the story is left out, because only the result is printed.
    let isQuiet: Bool
    let folder: String
    let console: Console
    let logger: Logger

    /// What came of it.
    struct Played: Sendable {
        var origin: String
        var cycles: [DemoCycle]

        var isEqual: Bool { cycles.allSatisfy(\.isEqual) }

        var json: JSON {
            ["source": .string(origin), "cycles": .array(cycles.map(\.json)), "equal": .bool(isEqual)]
        }
    }

    func play(
        _ index: PackageIndex,
        _ privateRedis: PrivateRedis,
        _ stop: StopSignals
    ) async throws -> Played {
        let server = DemoServer(index: index, logger: quiet)
        let source = ServiceGroup(services: [server], logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.run() }
            let url = try await server.url
            introduce(server.revision, of: index, at: url)
            let cycles = try await privateRedis.with(logger: quiet) { redis in
                try await play(server, url, redis, stop)
            }
            await source.triggerGracefulShutdown()
            conclude(cycles)
            return Played(origin: "\(index.origin)", cycles: cycles)
        }
    }

    private func play(
        _ server: DemoServer,
        _ url: String,
        _ redis: RedisConfiguration,
        _ stop: StopSignals
    ) async throws -> [DemoCycle] {
        let session = Session(
            configuration: try DemoConfiguration.load(url: url),
            redisURL: nil,
            logger: logger,
            console: console,
            fetched: FetchedSecrets()
        )
        let providers = try session.providers().map(DemoConfiguration.impatient)
        let deployment = Deployment(session, on: redis)
        let path = folder + "/catalog.sqlite"
        let sink = try SQLiteSink(path: path)
        let consumer = deployment.consumer(into: sink, discovery: .milliseconds(500))
        let director = DemoDirector(
            server: server,
            catalog: sink.catalog,
            watch: CycleWatch(
                operations: Operations(store: deployment.store),
                providers: providers.map(\.name),
                catalog: sink.catalog
            ),
            cycles: cycles,
            tell: tell
        )
        var services: [Deployment.ServiceConfiguration] = [
            deployment.connection, .init(service: consumer, serviceName: "consumer"),
        ]
        for _ in 0..<workers {
            services.append(.init(service: try deployment.worker(providers), serviceName: "worker"))
        }
        services.append(
            deployment.progress("Reading", catalog: sink.catalog, consumer: consumer, keepsLast: false)
        )
        services.append(
            .init(
                service: director,
                successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup,
                serviceName: "demo"
            )
        )
        try await stop.run(services, logger: quiet)
        return director.done
    }

    // MARK: - What is said

    private func introduce(_ revision: Revision, of index: PackageIndex, at url: String) {
        var fields = FieldList()
        fields.add("source", "\(index.origin), at \(url)")
        fields.add(
            "",
            "\(Figures.count(revision.packages.count)) distinct packages, \(Figures.count(revision.maintainers.count)) maintainers"
        )
        fields.add("read by", DemoConfiguration.file)
        fields.add("into", "\(folder)/catalog.sqlite, through a private Redis, by \(Figures.count(workers, "worker"))")
        say("")
        for line in fields.lines(width: console.width, style: console.style) { say(line) }
        say("")
    }

    private func tell(_ cycle: DemoCycle) {
        let story =
            cycle.number == 1
            ? "everything is new"
            : "one package in a hundred is gone, one is new, one has changed"
        say(console.style("Cycle \(cycle.number)", .strong) + ": " + story)
        for line in cycle.lines(width: console.width, style: console.style) { say("  " + line) }
        say("")
    }

    private func conclude(_ cycles: [DemoCycle]) {
        guard let last = cycles.last, cycles.count == self.cycles else { return }
        say(
            cycles.allSatisfy(\.isEqual)
                ? console.style("The catalog equals the source", .good)
                    + ": none missing, none extra, none different."
                : console.style("The catalog differs from the source", .bad) + " after cycle \(last.number)."
        )
    }

    func say(_ line: String) {
        if !isQuiet { console.say(line) }
    }

    /// What the parts say below a warning is not the demo's story.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
