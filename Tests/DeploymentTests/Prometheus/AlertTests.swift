import Foundation
import Ingestion
import Subprocess
import TestSupport
import Testing

/// Every alert of the rules, brought about by what it is for.
@Suite struct AlertTests {
    /// Which alerts have been seen.
    private final class Witness {
        let site: WatchedSite
        private(set) var seen: Set<String> = []

        init(_ site: WatchedSite) { self.site = site }

        /// Nothing fires, and nothing is about to.
        func quiet() async throws {
            try await site.settled()
            try await waiting { $0.isEmpty }
        }

        /// Waits until these alerts fire, each with its labels, and expects that no others do.
        ///
        /// - Parameter others: what may come of it besides.
        func sees(_ alerts: [String: [String: String]], others: Set<String> = []) async throws {
            try await waiting { active in
                alerts.allSatisfy { name, labels in
                    active.contains { alert in
                        alert.name == name && alert.state == "firing"
                            && labels.allSatisfy { alert.labels[$0.key] == $0.value }
                    }
                }
            }
            for alert in try await site.prometheus.alerts() where alert.state == "firing" {
                #expect(alerts[alert.name] != nil || others.contains(alert.name), "\(alert)")
                let text = alert.annotations.values.joined(separator: " ")
                #expect(!text.contains("{{") && !text.contains("error") && !text.contains("no value"), "\(text)")
            }
            seen.formUnion(alerts.keys)
        }

        private func waiting(_ condition: ([PrometheusServer.Alert]) -> Bool) async throws {
            do {
                try await eventually { condition(try await site.prometheus.alerts()) }
            } catch {
                Issue.record("\(try await site.prometheus.alerts()) \(site.prometheus.complaints)")
                throw error
            }
        }
    }

    @Test("Each alert fires when its condition is made, not before, and no more once it is mended")
    func everyAlert() async throws {
        let rules = try await AlertRules()
        try await WatchedSite.with(rules: rules.hurried) { site in
            let witness = Witness(site)
            try await site.run(.serve) { _ in
                try await site.run(.worker) { worker in
                    try await site.consuming { try await witness.quiet() }
                    try await sourcesAndConsumers(witness)
                    try await dashboard(site.prometheus)
                    try await frozen(worker, witness)
                    try await site.consuming {
                        try await witness.quiet()
                        try await withoutRedis(witness)
                    }
                }
                try await witness.sees([
                    "TidemarkNoWorkers": [:], "TidemarkJobsOverdue": ["lane": "0"],
                    "TidemarkProviderBehind": ["provider": "prompt"],
                    "TidemarkInstanceDown": ["instance": site.instance(.worker)],
                ])
                try await site.run(.worker) { _ in
                    try await site.consuming { try await witness.quiet() }
                }
                try await names(rules, site.prometheus)
            }
            try await witness.sees(["TidemarkAbsent": [:]], others: ["TidemarkInstanceDown"])
            #expect(witness.seen == Set(rules.alerts.map(\.name)))
        }
    }

    /// The consumer has ended; sources fail, shrink, are not valid, refuse, hang.
    private func sourcesAndConsumers(_ witness: Witness) async throws {
        let (site, sources, operations) = (witness.site, witness.site.sources, witness.site.operations)
        try await operations.pause("stale")
        for name in ["failing", "failed"] {
            sources[name].intercept { _ in HTTPTestServer.Response.json("{}", status: 500) }
        }
        sources["refused"].intercept { _ in
            HTTPTestServer.Response.json("{}", status: 429, headers: [("Retry-After", "3600")])
        }
        sources["held"].list([])
        sources["rejected"].list(WatchedSources.entities(10, notValid: 4))
        sources["streamed"].list(WatchedSources.entities(30, version: 2))
        for chain in 0..<8 { try sources.still.hold("\(chain):0") }
        try sources.isGrowing(true)
        site.slapd.kill()
        let deltas = operations.store.keys(of: "unread").deltas
        _ = try await operations.store.redis.call("XGROUP", "DESTROY", deltas, "catalog")
        for name in WatchedSources.names where !["directory", "prompt", "stale"].contains(name) {
            try await operations.trigger(name)
        }
        try await witness.sees([
            "TidemarkProviderFailing": ["provider": "failing"], "TidemarkProviderFailed": ["provider": "failed"],
            "TidemarkSweepHeld": ["provider": "held"], "TidemarkEntitiesRejected": ["provider": "rejected"],
            "TidemarkSourceRefusesCalls": ["provider": "refused"], "TidemarkProviderStill": ["provider": "still"],
            "TidemarkCatalogStale": ["provider": "stale"], "TidemarkThrottled": ["provider": "streamed"],
            "TidemarkConsumerStopped": ["provider": "streamed", "group": "catalog"],
            "TidemarkNoConsumer": ["provider": "unread"], "TidemarkChangesBehind": ["provider": "directory"],
            "TidemarkMemoryHigh": [:],
        ])
    }

    /// While so much is wrong, there is something to show in every panel of the dashboard for Grafana.
    private func dashboard(_ prometheus: PrometheusServer) async throws {
        let queries = try GrafanaDashboard().queries
        #expect(queries.count > 40)
        for query in queries {
            let samples = try await prometheus.query(query.sent)
            #expect(!samples.isEmpty, "\(query.panel): \(query.expression)")
        }
        let providers = try await prometheus.query("count by (provider) (tidemark_provider_paused)")
        #expect(Set(providers.compactMap { $0.labels["provider"] }) == Set(WatchedSources.names))
    }

    /// What rules and dashboard look at was there, once all has happened, and what there was is in the guide.
    private func names(_ rules: AlertRules, _ prometheus: PrometheusServer) async throws {
        let served = try await prometheus.names().subtracting(rules.recorded.keys)
        let ours = Set(
            served.filter { $0.hasPrefix("tidemark_") || $0.hasPrefix("process_") }
                .map { $0.replacing(/_(bucket|count|sum)$/, with: "") }
        )
        let shown = try GrafanaDashboard().queries.map(\.expression)
        let named = Set((rules.alerts.map(\.expression) + rules.recorded.values + shown).flatMap(AlertRules.metrics))
        #expect(named.subtracting(ours).isEmpty)
        let documented = try DeployFolder.metrics()
        #expect(documented == ours)
    }

    /// A worker stands still with bursts in hand, and another goes on with them; then all is mended.
    private func frozen(_ worker: TidemarkProcess, _ witness: Witness) async throws {
        try worker.send(.suspend)
        try await witness.site.withAnotherWorker {
            try await witness.sees(
                [
                    "TidemarkLeasesExpire": ["provider": "still"],
                    "TidemarkInstanceDown": ["instance": witness.site.instance(.worker)],
                ],
                // Until the other one had started, nobody took jobs.
                others: witness.seen.union(["TidemarkJobsOverdue", "TidemarkProviderBehind"])
            )
            try worker.send(.resume)
            try await mend(witness.site)
        }
    }

    private func mend(_ site: WatchedSite) async throws {
        let (sources, operations) = (site.sources, site.operations)
        for name in ["failing", "failed", "refused"] { sources[name].intercept(nil) }
        sources["rejected"].list(WatchedSources.entities(10))
        for chain in 0..<8 { try sources.still.letGo("\(chain):0") }
        try sources.isGrowing(false)
        try await site.slapd.start()
        try await operations.resume("stale")
        for name in ["refused", "rejected"] { try await operations.trigger(name) }
        _ = try await operations.retry("failed", jobs: [])
        try await operations.approveSweep("held")
    }

    /// Redis ends, and is started again.
    private func withoutRedis(_ witness: Witness) async throws {
        witness.site.redis.kill()
        try await witness.sees(
            ["TidemarkRedisUnreadable": [:], "TidemarkWorkerTakesNothing": [:]]
        )
        try witness.site.redis.start()
        try await witness.quiet()
    }
}
