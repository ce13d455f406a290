import Catalog
import Ingestion
import Logging
import Metrics
import Redis
import TestSupport
import Testing

@testable import Administration

@Suite struct MetricsEndpointsTests {
    private func scrape(_ site: APISite) async throws -> PrometheusText {
        let answer = try await site.ask("GET", "/metrics", token: APISite.read.text)
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return try PrometheusText(try #require(answer.json.string))
    }

    @Test("what Redis holds of a provider is told, each end of a cycle among it")
    func state() async throws {
        try await APISite.with { site in
            let operations = site.engine.operations
            // A consumer that was given one entry of two, and has acknowledged none.
            let redis = site.engine.store.redis
            let deltas = site.engine.store.keys(of: "github").deltas
            _ = try await redis.call("XGROUP", "CREATE", deltas, "catalog", "0")
            _ = try await redis.call("XREADGROUP", "GROUP", "catalog", "one", "COUNT", "1", "STREAMS", deltas, ">")
            site.source.list([JSONText]())
            try await site.engine.runAnotherCycle("github")
            try await operations.discardSweep("github")
            try await operations.start("github")
            _ = try await site.engine.claim()
            try await operations.pause("github")
            try await operations.cancel("github")

            let text = try await scrape(site)
            func of(_ name: String, _ labels: String = "") -> Double? { text["\(name){provider=\"github\"\(labels)}"] }
            let status = try await operations.status(of: "github")
            #expect(of("tidemark_cycles_started_total") == 2)
            let ends = ["completed", "held", "discarded", "cancelled", "failed", "expired"].map {
                of("tidemark_cycles_ended_total", ",outcome=\"\($0)\"")
            }
            #expect(ends == [1, 1, 1, 0, 0, 0])
            #expect(of("tidemark_provider_paused") == 1)
            #expect(of("tidemark_provider_status", ",status=\"paused\"") == 1)
            #expect(text.series("tidemark_provider_status").values.reduce(0, +) == 1)
            #expect(text.series("tidemark_provider_status").count == ProviderStatus.allStatuses.count)
            #expect(of("tidemark_cycle_completed_timestamp_seconds") == status.completedAt.map { Double($0) / 1_000 })
            #expect(of("tidemark_cycle_failed_timestamp_seconds") == nil)
            #expect(of("tidemark_known_entities") == 2 && of("tidemark_marked_entities") == 0)
            #expect(of("tidemark_sweep_held") == 0 && of("tidemark_sweep_held_entities") == nil)
            #expect(of("tidemark_stream_entries") == Double(status.streamLength))
            #expect(of("tidemark_stream_pending_entries", ",group=\"catalog\"") == 1)
            #expect(of("tidemark_stream_lag_entries", ",group=\"catalog\"") == Double(status.streamLength - 1))
            #expect(of("tidemark_stream_delivered_timestamp_seconds", ",group=\"catalog\"") ?? 0 > 1.7e9)
            #expect(of("tidemark_provider_rest_seconds") == 86_400)
            #expect(of("tidemark_cycle_entities", ",outcome=\"unchanged\"") == 0)
            #expect(text["tidemark_jobs{lane=\"0\",place=\"delayed\"}"] == 1)
            #expect(text["tidemark_jobs{lane=\"0\",place=\"leased\"}"] == 1)
            #expect(text["tidemark_jobs_overdue_seconds{lane=\"0\"}"] == 0)
            #expect(of("tidemark_provider_jobs", ",place=\"newer\"") == 0)
            #expect(text["tidemark_workers"] == 0 && text["tidemark_scrape_errors_total"] == 0)
            #expect(text["tidemark_build_info{version=\"\(TidemarkVersion.current)\"}"] == 1)
            for name in text.types.keys { #expect(!(text.help[name] ?? "").isEmpty, "\(name) has no HELP") }

            // Two that a worker has set aside, as claim.lua does, since it does not know them.
            for job in ["github:one", "github:two"] {
                let (key, due) = (site.engine.store.lane(0).delayed, 3 * Job.newer)
                _ = try await site.engine.store.redis.call("ZADD", key, "\(due)", job)
            }
            #expect(try await scrape(site)["tidemark_provider_jobs{provider=\"github\",place=\"newer\"}"] == 2)

            // The cancelled cycle's successor is due in a day, and nobody takes it.
            site.engine.time.advance(by: .seconds(86_400 + 90))
            let overdue = try await scrape(site)["tidemark_jobs_overdue_seconds{lane=\"0\"}"] ?? 0
            #expect(overdue >= 90 && overdue < 400)
        }
    }

    @Test("workers that live are counted, and held sweeps, and what a consumer has not read")
    func living() async throws {
        try await APISite.with { site in
            try await withLivingWorker(site) {
                site.source.list([JSONText]())
                try await site.engine.operations.start("github")
                try await eventually { try await site.engine.operations.status(of: "github").phase == .held }
                let text = try await scrape(site)
                #expect(text["tidemark_workers"] == 1)
                #expect(text["tidemark_sweep_held{provider=\"github\"}"] == 1)
                #expect(text["tidemark_sweep_held_entities{provider=\"github\"}"] == 2)
                #expect(text["tidemark_provider_due_timestamp_seconds{provider=\"github\"}"] ?? 0 > 1.7e9)
            }
        }
    }

    @Test(
        "Q10: a scrape asks Redis for counters alone, as many commands however much there is, and once for all who scrape"
    )
    func countersOnly() async throws {
        let names = (0..<2_000).map { "e\($0)" }
        try await withEngine(["one", "two"].map { .test($0, TestSource(names: names, pageSize: 500)) }) { engine in
            let redis = engine.store.redis
            func commands() async throws -> [String: Int] {
                let text = try await redis.call("INFO", "commandstats").string ?? ""
                return Dictionary(
                    uniqueKeysWithValues: text.matches(of: /cmdstat_([^:]+):calls=(\d+)/).map {
                        (String($0.1), Int($0.2) ?? 0)
                    }
                )
            }
            func costs(_ scrapes: Int) async throws -> [String: Int] {
                let state = StateMetrics(
                    engine.operations,
                    providers: ["one", "two"],
                    freshness: .seconds(3_600),
                    patience: .seconds(60),
                    logger: .quiet
                )
                let before = try await commands()
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        try await state.run()
                        return true
                    }
                    for _ in 0..<scrapes { group.addTask { await state.read()?.isEmpty == false } }
                    for _ in 0..<scrapes {
                        let isWhole = try await group.next()
                        #expect(isWhole == true)
                    }
                    group.cancelAll()
                }
                let after = try await commands()
                return after.merging(before) { $0 - $1 }.filter { $0.value > 0 && $0.key != "info" }
            }
            let empty = try await costs(1)
            for name in ["one", "two"] { try await engine.runCycle(name) }
            try await engine.operations.cancel("one")
            let full = try await costs(50)
            // There is no stream to ask for groups before the first entry; it is asked all the same.
            #expect(empty == full)
            let counters = [
                "hgetall": 4, "llen": 4, "xlen": 2, "scard": 6, "hlen": 2, "xinfo|groups": 2, "time": 4, "zcard": 2,
                "zcount": 1, "zrange": 1 + 2 * 2,
            ]
            #expect(full == counters)
        }
    }

    @Test("while Redis gives no answer, a scrape is answered all the same, with what the process itself counts")
    func withoutRedis() async throws {
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                var configuration = proxy.configuration
                configuration.commandTimeout = .seconds(3_600)
                try await withRedisClient(configuration) { client in
                    proxy.swallowReplies()
                    var setup = APISite.Setup()
                    setup.redis = client
                    setup.patience = .milliseconds(1)
                    Counter(label: "tidemark_pages_total", dimensions: [("provider", "github")], factory: setup.metrics)
                        .increment(by: 5)
                    try await APISite.with(setup) { site in
                        for scrapes in 1...3 {
                            let text = try await scrape(site)
                            #expect(text["tidemark_pages_total{provider=\"github\"}"] == 5)
                            #expect(text["tidemark_scrape_errors_total"] == Double(scrapes))
                            #expect(text["process_start_time_seconds"] != nil && text["tidemark_jobs"] == nil)
                            #expect(text.series("tidemark_known_entities").isEmpty)
                        }
                    }
                }
            }
        }
    }

    @Test("what may not be read of Redis is absent, not nothing; and it is there again when it may")
    func refusedByRedis() async throws {
        try await APISite.with { site in
            let redis = site.engine.store.redis
            _ = try await redis.call("ACL", "SETUSER", "default", "-llen")
            let refused = try await scrape(site)
            #expect(refused["tidemark_scrape_errors_total"] == 1 && refused.series("tidemark_jobs").isEmpty)
            #expect(site.log.lines.filter { $0.contains("metrics could not be read") }.count == 1)
            _ = try await scrape(site)
            #expect(site.log.lines.filter { $0.contains("metrics could not be read") }.count == 1)
            _ = try await redis.call("ACL", "SETUSER", "default", "+llen")
            let again = try await scrape(site)
            #expect(
                again["tidemark_scrape_errors_total"] == 2 && again["tidemark_jobs{lane=\"0\",place=\"ready\"}"] == 0
            )
        }
    }

    @Test("promtool finds nothing in what is served")
    func promtool() async throws {
        var setup = APISite.Setup()
        // A name with all that a provider's name may have in it.
        _ = Timer(
            label: EngineMetric.scriptDuration.rawValue,
            dimensions: [("script", "claim")],
            factory: setup.metrics
        )
        for metric in [EngineMetric.pages, .retries] {
            Counter(label: metric.rawValue, dimensions: [("provider", "a.b_c-1")], factory: setup.metrics).increment()
        }
        setup.names = ["a"]
        try await APISite.with(setup) { site in
            let text = try #require(try await site.ask("GET", "/metrics").json.string)
            #expect(try await promtoolCheck(metrics: text) == "")
        }
    }
}
