internal import ArgumentParser
internal import DemoSource
internal import Logging
internal import ServiceLifecycle

/// `tidemark demo serve`.
struct DemoServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the demo's source alone, for a configuration of your own, or for many workers.",
        discussion: """
            Serves pages of /packages and /maintainers, and with /shards cursors at which a cycle can fork, on 127.0.0.1
            until it is interrupted.

            EXAMPLES
              tidemark demo serve
              TIDEMARK_DEMO_URL=http://127.0.0.1:8090 tidemark run -c deploy/examples/debian-packages.yaml
              tidemark demo serve --delay 50ms --limit 20 --token sesame
            """
    )

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port = 8_090
    @Option(help: ArgumentHelp("How long every answer takes, such as 50ms.", valueName: "duration"))
    var delay = DurationArgument(duration: .zero)
    @Option(help: ArgumentHelp("How many requests a second are answered; the others get 429.", valueName: "n"))
    var limit: Int?
    @Option(help: "What requests must carry as a bearer token; the others get 401.")
    var token: String?
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
        guard limit.map({ $0 >= 1 }) ?? true else { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        let console = Console.current
        let logger = Logger.tidemark(
            level: log.logLevel?.level ?? .warning,
            format: log.logFormat ?? .text,
            redactor: Redactor([]),
            console: console
        )
        var configuration = DemoServer.Configuration()
        configuration.port = port
        configuration.delay = delay.duration
        configuration.requestsPerSecond = limit
        configuration.bearerToken = token
        let index = try await PackageIndex.load(logger: logger)
        let server = DemoServer(index: index, configuration: configuration, logger: logger)
        try await StopSignals.caught(screen: console.screen, logger: logger) { stop in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await stop.run([.init(service: server)], logger: logger) }
                let url = try await server.url
                console.say("\(index.origin): \(Figures.count(index.packages.count)) packages, at \(url)")
                try await group.waitForAll()
            }
        }
    }
}
