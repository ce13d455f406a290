internal import ArgumentParser
internal import Catalog
internal import CatalogConsumer
internal import DemoSource
internal import Foundation
internal import Ingestion
internal import Logging
internal import Redis
internal import ServiceLifecycle

/// `tidemark demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch cycles over this machine's Debian package index.",
        discussion: """
            Serves what `apt-cache dumpavail` lists as a paginated HTTP API, ingests it with the configuration of
            deploy/examples/debian-packages.yaml through a private Redis into a SQLite catalog, and compares that with the
            source. The second cycle runs over a source in which one package in a hundred is gone, one is new and one
            has changed. Without apt, a generated set is served. Exit code 6 when anything differs.

            EXAMPLES
              tidemark demo
              tidemark demo --data-directory demo    keep the catalog, to look at it with sqlite3
              tidemark demo --json | jq .equal
            """,
        subcommands: [DemoServeCommand.self]
    )

    @Option(help: "How many cycles to run; the source changes before each but the first.")
    var cycles = 2
    @Option(help: "How many workers share the work, in this process.")
    var workers = 2
    @Option(
        help: ArgumentHelp("A new folder for Redis and the catalog (default: one that is removed).", valueName: "dir")
    )
    var dataDirectory: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard cycles >= 1 else { throw ValidationError("--cycles must be at least 1") }
        guard (1...64).contains(workers) else { throw ValidationError("--workers must be from 1 to 64") }
    }

    func run() async throws {
        let console = Console.current
        let logger = Logger.tidemark(
            level: log.logLevel?.level ?? (console.screen.isTerminal ? .warning : .info),
            format: log.logFormat ?? .text,
            redactor: Redactor([]),
            console: console
        )
        let folder = try DemoFolder(dataDirectory)
        defer { folder.removeIfTemporary() }
        let privateRedis = PrivateRedis(dataDirectory: folder.path)
        let lastResort: @Sendable () -> Void = {
            privateRedis.abandon()
            folder.removeIfTemporary()
        }
        let demo = Demo(
            cycles: cycles,
            workers: workers,
            isQuiet: output.json,
            folder: folder.path,
            console: console,
            logger: logger
        )
        let played = try await StopSignals.caught(
            screen: console.screen,
            logger: logger,
            lastResort: lastResort
        ) { stop in
            try await demo.play(try await index(demo, logger), privateRedis, stop)
        }
        if output.json {
            console.print(PrettyJSON.text(played.json))
        } else if dataDirectory != nil {
            console.print("The catalog is in \(folder.path)/catalog.sqlite: sqlite3 reads it.")
        }
        guard played.cycles.count == cycles else {
            throw CommandFailure(.failure, "the demo was stopped before its end")
        }
        if !played.isEqual { throw QuietFailure(status: .violated) }
    }

    private func index(_ demo: Demo, _ logger: Logger) async throws -> PackageIndex {
        demo.say(
            "Tidemark demo: a real, paginated source on this machine, and \(Figures.count(cycles, "cycle")) over it."
        )
        demo.console.screen.draw(["reading the Debian package index …"])
        defer { demo.console.screen.draw([]) }
        return try await PackageIndex.load(logger: logger)
    }
}
