internal import ArgumentParser

struct SoakBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Redis's memory after a few cycles and after many over a source that changes, with a consumer."
    )

    @Option(help: "Entities of the source.") var entities = 5_000
    @Option(help: "Cycles before memory is taken first.") var few = 10
    @Option(help: "Cycles before it is taken again.") var many = 500

    func run() async throws {
        let (entities, few, many) = (entities, few, many)
        try await PrivateRedis.with { redis in
            let report = Report(
                "soak: \(many) cycles over \(entities) entities of which 5 % are gone, new or changed in each; with "
                    + "rejected entities, chains given up, cancelled cycles, live events, and a consumer",
                redis: redis
            )
            let source = ShiftingSource(entities: entities, pageSize: 500, share: 60)
            let soak = Soak(redis: redis, source: source)
            let figures = try await soak.run(measuringAt: [few, many])
            report.row("", "after \(few)", "after \(many)")
            for name in figures[0].keys.sorted() {
                report.row(name, "\(figures[0][name] ?? 0)", "\(figures[1][name] ?? 0)")
            }
            let growth = Double(figures[1][Soak.memory] ?? 0) / Double(figures[0][Soak.memory] ?? 1) - 1
            report.outcome(
                "Redis's memory grew by \((growth * 100).text(1)) %",
                goal: "the same within 10 %",
                reached: growth.magnitude <= 0.1
            )
        }
    }
}
