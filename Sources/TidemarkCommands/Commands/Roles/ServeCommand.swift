internal import ArgumentParser
internal import Logging
internal import ServiceLifecycle

/// `tidemark serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the HTTP side: for operators, programs, health checks and webhooks.",
        discussion: """
            A dashboard is at /. What the other commands show and do is under /api/v1, what Backstage's incremental ingestion module
            has is under /incremental, health is under /health, and /openapi.json describes all of it. POST /webhooks/NAME takes live
            events for each provider with a `webhook`.

            It listens on http.host and http.port, 127.0.0.1:8080 unless given, without TLS: a proxy that ends TLS stands before
            it. Beyond loopback it does not start without http.tokens; `tidemark token create` makes one. Any number may run, and
            a worker or `tidemark run` can do it besides.

            EXAMPLES
              tidemark serve -c tidemark.yaml
              tidemark serve --http 0.0.0.0:8080
            """
    )

    @OptionGroup var http: HTTPOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global, scope: .everything, level: .info)
        let providers = try session.providers()
        let deployment = Deployment(session, on: try session.redisConfiguration())
        let section = http.section(of: session.configuration) ?? HTTPSection()
        try await StopSignals.caught(screen: session.console.screen, logger: session.logger) { stop in
            try await session.placing {
                try await deployment.run(
                    [deployment.connection, deployment.admission] + (try deployment.http(section, providers)),
                    until: stop
                )
            }
        }
    }
}
