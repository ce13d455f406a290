internal import ArgumentParser
internal import Ingestion

/// One worker over a generated source, until its cycle has ended.
struct MemoryWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "memory-worker", shouldDisplay: false)

    @Option var redis: String
    @Option var entities: Int
    @Option(help: "Leaves out each entity whose number is divisible by this.") var without: Int?

    func run() async throws {
        let provider = Provider.benchmark(Self.source(entities, without: without))
        let cycle = try await PrivateRedis.connected(to: redis) { redis in
            try await WholeCycle.run(provider, on: redis)
        }
        print("marked \(cycle.status.counts.marked)")
        print("removed \(cycle.status.counts.removed)")
        print("seconds \(cycle.seconds)")
        print("memory \(ProcessUsage.peakMemory)")
    }

    static func source(_ entities: Int, without: Int?) -> GeneratedSource {
        let all = GeneratedSource(entities: entities, pageSize: CommitBenchmark.pageSize)
        guard let without else { return all }
        return GeneratedSource(pages: all.pages) { page in
            let first = page * CommitBenchmark.pageSize
            return (first..<min(first + CommitBenchmark.pageSize, entities)).filter { $0 % without != 0 }
                .map { GeneratedEntities.text($0) }
        }
    }
}
