internal import ArgumentParser
internal import Foundation

/// Workers, a consumer, a source and Redis, all of which die and fail at random, and at the end nothing is lost.
@main
struct Chaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets everything fail at random, and compares the catalog with the source.",
        discussion: """
            Starts a Redis, workers and a consumer as processes, each connected through a proxy of its own, and serves the sources. \
            Then kills, freezes and restarts them, cuts and delays connections, restarts and empties Redis, deletes streams, makes \
            the sources fail, changes them between cycles, changes the configuration of one worker after the other and gives operators' commands. Status 0 \
            only if no entity is missing, extra or published twice, and `tidemark verify --source --catalog` holds.
            """
    )

    @Option(help: "How long faults go on, in minutes.")
    var minutes = 10.0
    @Option(help: "End after so many faults, if that is sooner.")
    var faults: Int?
    @Option(help: "Worker processes.")
    var workers = 4
    @Option(help: "Providers.")
    var providers = 2
    @Option(help: "Entities of each provider.")
    var entities = 2_000
    @Option(help: "Chooses the faults again that a run with this seed chose.")
    var seed: UInt64 = .random(in: 1...999_999)
    @Flag(help: "Keep the folder with logs and Redis's files though all is well.")
    var keep = false

    func validate() throws {
        guard minutes > 0, workers > 0, providers > 0, entities > 0 else {
            throw ValidationError("minutes, workers, providers and entities must be above 0")
        }
    }

    func run() async throws {
        say("\(workers) workers, \(providers) providers of \(entities) entities, seed \(seed)")
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidemark-chaos-\(seed)").path
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let report: ChaosReport
        do {
            report = try await ChaosSite.with(self, folder: folder) { site in try await site.run(for: self) }
        } catch {
            say("\nIt broke: \(error)\nLogs and Redis's files are in \(folder); the seed is \(seed).")
            throw ExitCode.failure
        }
        say(report.text)
        if report.isWell {
            if !keep { try FileManager.default.removeItem(atPath: folder) }
        } else {
            say("\nLogs and Redis's files are in \(folder); the seed is \(seed).")
            throw ExitCode.failure
        }
    }
}
