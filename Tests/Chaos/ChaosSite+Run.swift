internal import Ingestion
internal import Redis
internal import Subprocess
internal import TestSupport

extension ChaosSite {
    /// Lets everything fail for the time, then nothing, and one more cycle of each provider run.
    func run(for chaos: Chaos) async throws -> ChaosReport {
        let store = Store(redis: client)
        let counts = FaultCounts()
        let auditors = sources.map { StreamAuditor(provider: $0.name, observer: Operations(store: store)) }
        let directors = zip(sources, auditors).map { source, auditor in
            Director(
                source: source,
                auditor: auditor,
                observer: Operations(store: store),
                commands: Operations(store: Store(redis: commands)),
                catalogPath: folder + "/catalog.sqlite",
                counts: counts
            )
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { try await process.run() } }
            for auditor in auditors { group.addTask { try await auditor.run() } }
            group.addTask { try await tell(directors, counts) }
            group.addTask { try await sabotage(chaos, directors, counts) }
            defer { for process in processes { process.stop() } }
            // What ends first is that, or one that failed.
            try await group.next()
            let broken = directors.flatMap(\.result.violations) + processes.flatMap(\.crashes)
            let report = report(auditors, directors, counts, broken)
            group.cancelAll()
            return report
        }
    }

    private var processes: [Supervised] { workers.map(\.process) + [consumer.process, redis] }

    private func sabotage(_ chaos: Chaos, _ directors: [Director], _ counts: FaultCounts) async throws {
        let saboteur = Saboteur(
            workers: workers,
            consumer: consumer,
            operatorProxy: operatorProxy,
            folder: folder,
            redis: redis,
            store: Store(redis: client),
            sources: sources,
            configurations: configurations,
            counts: counts
        )
        let end = ContinuousClock.now + .seconds(chaos.minutes * 60)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, director) in directors.enumerated() {
                group.addTask {
                    try await director.run(seed: chaos.seed &+ UInt64(number) &+ 1) { !counts.areOver }
                }
            }
            await saboteur.run(seed: chaos.seed, until: end, atMost: chaos.faults)
            counts.end()
            heal()
            say("\(counts.total) faults are done; now each cycle ends, and one more runs without any")
            for director in directors { director.hurry(until: .now + Self.patience) }
            try await group.waitForAll()
        }
        for (number, director) in directors.enumerated() {
            director.hurry(until: .now + Self.patience)
            try await director.undisturbedCycle(seed: chaos.seed &- UInt64(number) &- 1)
        }
        try await verify(directors)
    }

    /// As an operator would: the invariants, the sources and the catalog, with the configuration of a worker.
    private func verify(_ directors: [Director]) async throws {
        let file = Configurations.file(of: workers[0].process.name, in: folder)
        let catalog = folder + "/catalog.sqlite"
        let verify = try await tidemark("verify", "--source", "--catalog", catalog, "-c", file, in: folder)
        guard verify.status != .exited(0) else { return say("verify --source --catalog holds") }
        directors[0].note("verify ended with \(verify.status):\n\(verify.output)\(verify.errors)")
    }

    /// With no more faults all comes to its end; that it does not is a failure, too.
    private static let patience = Duration.seconds(180)

    private func heal() {
        for member in workers + [consumer] { member.heal() }
        Member(process: redis, proxy: operatorProxy).heal()
        for source in sources { source.heal() }
    }

    /// A line now and then.
    private func tell(_ directors: [Director], _ counts: FaultCounts) async throws {
        let start = ContinuousClock.now
        while true {
            try await Task.sleep(for: .seconds(15))
            let seconds = (ContinuousClock.now - start).components.seconds
            let cycles = directors.map { "\($0.source.name) \($0.result.completed)" }.joined(separator: ", ")
            say("\(seconds) s: \(counts.total) faults; cycles completed: \(cycles)")
        }
    }

    private func report(
        _ auditors: [StreamAuditor],
        _ directors: [Director],
        _ counts: FaultCounts,
        _ broken: [String]
    ) -> ChaosReport {
        let results = directors.map(\.result)
        let reads = sources.map(\.reads)
        return ChaosReport(
            faults: counts.byKind,
            starts: Dictionary(processes.map { ($0.name, $0.starts) }, uniquingKeysWith: +),
            completed: results.map(\.completed).reduce(0, +),
            compared: results.map(\.compared).reduce(0, +),
            pages: reads.map(\.pages).reduce(0, +),
            again: reads.map(\.again).reduce(0, +),
            entries: auditors.map(\.current.entries).reduce(0, +),
            missing: results.map(\.differences.missing.count).reduce(0, +),
            extra: results.map(\.differences.extra.count).reduce(0, +),
            different: results.map(\.differences.different.count).reduce(0, +),
            twice: auditors.flatMap(\.current.twice),
            broken: broken
        )
    }
}
