internal import ArgumentParser
internal import Catalog
internal import CommitClient
internal import Ingestion
internal import Redis

struct ClaimsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claims",
        abstract: "Claim and commit of bursts without entities against a C client that sends the same scripts."
    )

    @Option(help: "Chains of a round; a thousand are made by one page.") var jobs = 20_000
    @Option(help: "Rounds of each, alternating.") var rounds = 7
    @Option(help: "Bursts at a time.") var batch = 32

    func run() async throws {
        let (jobs, rounds, batch) = (jobs, rounds, batch)
        try await PrivateRedis.with { redis in
            let report = Report(
                "claims: bursts/s whose only page is empty and ends its chain, \(batch) at a time: claim and commit",
                comparedWith: "a C client on hiredis: the same scripts, the commits of a claim pipelined",
                redis: redis
            )
            report.row("round", "C client", "Tidemark", "ratio")
            var figures: [(c: Double, tidemark: Double)] = []
            for round in 1...rounds {
                let c = try await Self.measureClient(redis, jobs: jobs, batch: batch)
                let tidemark = try await Self.measureWorker(redis, jobs: jobs, batch: batch)
                figures.append((c, tidemark))
                report.row("\(round)", c.text(0), tidemark.text(0), (tidemark / c).text(2))
            }
            let ratio = figures.map { $0.tidemark / $0.c }.median
            report.row("median", figures.map(\.c).median.text(0), figures.map(\.tidemark).median.text(0), ratio.text(2))
            report.outcome("\(ratio.text(2)) of the C client", goal: "at least 0.50", reached: ratio >= 0.5)
        }
    }

    private static let settings = WorkerSettings(concurrency: 1, lease: .seconds(60))

    private static func measureClient(_ redis: PrivateRedis, jobs: Int, batch: Int) async throws -> Double {
        let provider = provider(EmptyPages())
        try await fork(provider, into: jobs, redis)
        for script in [Scripts.commit, Scripts.claim] {
            _ = try await redis.client.send(RedisCommand("SCRIPT", "LOAD", script.source))
        }
        let setting = ClientSetting(redis: redis, provider: provider, lease: settings.lease)
        let outcome = try setting.run { client_claim($0, batch, $1) }
        guard outcome.pages == jobs else { throw BenchmarkError("the C client committed \(outcome.pages) pages") }
        return Double(jobs) / outcome.seconds
    }

    private static func measureWorker(_ redis: PrivateRedis, jobs: Int, batch: Int) async throws -> Double {
        let source = EmptyPages()
        let provider = provider(source)
        try await fork(provider, into: jobs, redis)
        var settings = settings
        settings.concurrency = batch
        let cycle = try await WholeCycle.run(provider, on: redis, settings: settings)
        let (reads, seconds) = source.reads
        guard reads == jobs else {
            throw BenchmarkError("\(reads) pages were read, \(cycle.status.counts.pages) stored")
        }
        return Double(jobs) / seconds
    }

    private static func provider(_ source: EmptyPages) -> Provider {
        .benchmark(source) { $0.concurrency = 1_000 }
    }

    /// Makes a cycle of so many chains, all of which are ready.
    private static func fork(_ provider: Provider, into jobs: Int, _ redis: PrivateRedis) async throws {
        try await redis.clear()
        let store = redis.store
        let lane = store.lane(of: provider.name)
        _ = try await store.register(provider, limits: settings.limits)
        // Each job that forks gives way to a thousand.
        var made = 0
        while made < jobs {
            guard let claimed = try await store.claim(1, on: lane, lease: settings.lease).jobs.first else { break }
            var job = claimed
            if claimed.kind == .cycle, let begun = try await store.begin(claimed, lease: settings.lease).get() {
                job = begun
            } else {
                made -= 1
            }
            var part = Part()
            part.next = (0..<min(1_000, jobs - made)).map { JSON.object(["chain": .integer(Int64($0))]).bytes }
            made += part.next?.count ?? 0
            _ = try await store.commit(part, of: job, provider: provider, events: 0, lease: settings.lease)
        }
    }
}
