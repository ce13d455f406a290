internal import ArgumentParser
internal import Catalog
internal import CommitClient
internal import Ingestion
internal import Redis

struct CommitBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commit",
        abstract: "The commit path against a C client that sends the same script."
    )

    @Option(help: "Entities of a round.") var entities = 100_000
    @Option(help: "Rounds of each, alternating.") var rounds = 7
    @Flag(help: "Leaves the C client out, for a profiler.") var alone = false

    static let pageSize = 500

    func run() async throws {
        let pages = stride(from: 0, to: self.entities, by: Self.pageSize).map { first in
            GeneratedEntities.texts(first..<min(first + Self.pageSize, self.entities))
        }
        let provider = Provider.benchmark(GeneratedSource(pages: pages))
        let (rounds, entities, alone) = (rounds, entities, alone)
        try await PrivateRedis.with { redis in
            let client = ClientEntities(try Self.normalized(pages, of: provider))
            let report = Report(
                "commit: entities/s through a cycle of an in-process source, \(Self.pageSize) entities of "
                    + "\(client.bodyBytes / entities) B a page, AOF everysec",
                comparedWith: "a C client on hiredis: the same script and arguments, made beforehand, unpipelined",
                redis: redis
            )
            report.row("round", "C client", "Tidemark", "ratio", "script µs, C", "script µs, T")
            var figures: [(c: Double, tidemark: Double)] = []
            for round in 1...rounds {
                try await CommandTimes.reset(redis)
                let c = alone ? .nan : try await Self.measureClient(client, provider, redis)
                let clientTimes = try await CommandTimes(of: redis)
                try await redis.clear()
                try await CommandTimes.reset(redis)
                let cycle = try await WholeCycle.run(provider, on: redis)
                let times = try await CommandTimes(of: redis)
                guard cycle.status.known == entities else { throw BenchmarkError("\(cycle.status.known) are known") }
                try await redis.clear()
                figures.append((c, cycle.entitiesPerSecond))
                report.row(
                    "\(round)",
                    c.text(0),
                    cycle.entitiesPerSecond.text(0),
                    (cycle.entitiesPerSecond / c).text(2),
                    (clientTimes.microseconds["evalsha"] ?? .nan).text(0),
                    (times.microseconds["evalsha"] ?? .nan).text(0)
                )
            }
            let ratio = figures.map { $0.tidemark / $0.c }.median
            report.row("median", figures.map(\.c).median.text(0), figures.map(\.tidemark).median.text(0), ratio.text(2))
            report.outcome("\(ratio.text(2)) of the C client", goal: "at least 0.80", reached: ratio >= 0.8)
        }
    }

    private static func normalized(_ pages: [[JSONText]], of provider: Provider) throws -> [Entity] {
        var normalizer = EntityNormalizer(annotations: [provider.annotationKey: provider.name])
        var entities: [Entity] = []
        for text in pages.joined() { entities.append(try normalizer.normalize(text)) }
        return entities
    }

    /// Entities a second of the C client, which works on a job as a burst would hold it.
    private static func measureClient(_ entities: ClientEntities, _ provider: Provider, _ redis: PrivateRedis)
        async throws
        -> Double
    {
        let lease = Duration.seconds(60)
        let store = redis.store
        _ = try await store.register(provider, limits: WorkerSettings.unthrottled.limits)
        guard let claimed = try await store.claim(1, on: store.lane(of: provider.name), lease: lease).jobs.first,
            let job = try await store.begin(claimed, lease: lease).get()
        else { throw BenchmarkError("there is no job for the C client") }
        _ = try await redis.client.send(RedisCommand("SCRIPT", "LOAD", Scripts.commit.source))
        let setting = ClientSetting(redis: redis, provider: provider, lease: lease)
        let outcome = try entities.withEntities { entities in
            try job.id.withCString { id in
                var job = client_job(id: id, fence: job.fence, generation: job.generation, previous: job.previous)
                return try setting.run { client_commit($0, &job, entities.baseAddress, entities.count, pageSize, $1) }
            }
        }
        return entities.withEntities { Double($0.count) } / outcome.seconds
    }
}
