internal import ArgumentParser
internal import Logging
internal import ServiceLifecycle

/// `tidemark worker`.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run a worker: it reads the sources and publishes deltas.",
        discussion: """
            Any number of workers share the work of one Redis; each takes the next job that is due. One that dies is
            replaced within its lease. SIGTERM commits the pages in hand and gives the jobs back.

            EXAMPLES
              tidemark worker -c tidemark.yaml
              tidemark worker --http 8080      serve HTTP, too
              tidemark worker --redis-url redis://redis.internal:6379 --log-format json
            """
    )

    @OptionGroup var http: HTTPOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global, scope: .everything, level: .info)
        let providers = try session.providers()
        let deployment = Deployment(session, on: try session.redisConfiguration())
        try await StopSignals.caught(screen: session.console.screen, logger: session.logger) { [http] stop in
            try await session.placing {
                let worker = try deployment.worker(providers)
                try await deployment.run(
                    [deployment.connection, .init(service: worker, serviceName: "worker")]
                        + deployment.http(http, providers, beside: worker),
                    until: stop
                )
            }
        }
    }
}
