import Catalog
import CatalogConsumer
import EntitySources
import Foundation
import Ingestion
import Redis
import TestSupport
import Testing

/// A Redis, a source and a proxy for the process that is to fail, and an engine in this process, whose time can be moved, for
/// what others do after it.
struct CrashSite: Sendable {
    /// What a scenario needs otherwise than usual.
    struct Settings: Sendable {
        var entities = 24
        var chains = 2
        var pageSize = 5
        var burstLength = Duration.seconds(3_600)
        var lease = Duration.seconds(30)
        var mostRemovals = 100.0
    }

    let directory: String
    let redis: TestRedis
    let proxy: FaultyProxy
    let source: PageServer
    let provider: Provider
    let engine: TestEngine

    static let name = "inventory"

    var catalogPath: String { directory + "/catalog.sqlite" }

    func status() async throws -> ProviderStatus { try await engine.operations.status(of: Self.name) }

    /// Lists what a second cycle finds changed: some entities are gone, some are new, some have another body.
    func changeSource() {
        let names = Self.names(source.entities.count)
        let kept = names.dropFirst(4)
        source.list(
            kept.enumerated().map { TestSource.entity($1, title: $0 < 3 ? "changed" : nil) }
                + ["new-1", "new-2", "new-3"].map { TestSource.entity($0) }
        )
    }

    /// Runs a cycle to its end in this process, as another worker does, past the leases of any other.
    func finishCycle(completing cycles: Int) async throws {
        engine.time.advance(by: engine.settings.lease + .seconds(1))
        _ = try await engine.store.register(provider, limits: engine.settings.limits)
        if try await status().pausedSince != nil { try await engine.operations.resume(Self.name) }
        try await engine.runCycle(Self.name)
        if try await status().phase == .held {
            try await engine.operations.approveSweep(Self.name)
            try await engine.runCycle(Self.name)
        }
        try #require(try await status().completed == cycles)
    }

    /// Every key but the marker that workers wait for, with a digest of its value, and where the consumers stand.
    func snapshot() async throws -> [String: String] {
        let keys = (try await redis.client.call("KEYS", "*").array ?? []).compactMap(\.string)
            // Nor are the records that workers keep of themselves, for people, anything that is decided from.
            .filter { !$0.hasSuffix(":jobs:wake") && !$0.contains(":worker") }
        let digests = try await redis.client.send(RedisCommand("DEBUG", arguments: ["DIGEST-VALUE"] + keys))
        let values = (digests.array ?? []).map { $0.string ?? "" }
        var snapshot = Dictionary(zip(keys, values), uniquingKeysWith: { first, _ in first })
        // Which jobs wait, not until when: to the process, the clock of this one was ahead, so it cuts what waits too long.
        let delayed = engine.store.lane(of: Self.name).delayed
        let waiting = (try await redis.client.call("ZRANGE", delayed, "0", "-1").array ?? []).compactMap(\.string)
        snapshot[delayed] = waiting.sorted().joined(separator: " ")
        // When calls may be sent is no write of a burst: what the source said holds, and a call that was taken is gone. Nor is a sign
        // of life.
        let provider = engine.store.keys(of: Self.name).hash
        let fields = (try await redis.client.call("HGETALL", provider).array ?? []).map { $0.string ?? "" }
        snapshot[provider] = stride(from: 0, to: fields.count - 1, by: 2)
            .filter { !fields[$0].hasPrefix("calls_") && !["served_at", "due"].contains(fields[$0]) }
            .map { "\(fields[$0])=\(fields[$0 + 1])" }.sorted().joined(separator: " ")
        let groups = try? await redis.client.call("XINFO", "GROUPS", engine.store.keys(of: Self.name).deltas)
        for group in groups?.array ?? [] {
            // The lag is not said for a while after a group was placed.
            for field in stride(from: 0, to: group.array?.count ?? 0, by: 2) where group.array?[field].string != "lag" {
                snapshot["group \(group.array?[field].string ?? "")"] = group.array?[field + 1].string
            }
        }
        return snapshot
    }

    static func names(_ count: Int) -> [String] { (0..<count).map { "host-\($0)" } }
}

/// Sets a site up. The provider has completed its first cycle, unless the scenario is about the first of all calls.
func withCrashSite(_ settings: CrashSite.Settings, _ body: (CrashSite) async throws -> Void) async throws {
    let source = PageServer(chains: settings.chains, pageSize: settings.pageSize)
    source.list(CrashSite.names(settings.entities).map { TestSource.entity($0) })
    try await withTemporaryDirectory { directory in
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                try await HTTPTestServer.with({ source.respond(to: $0) }) { server in
                    for script in Scripts.all + ConsumerScripts.all {
                        _ = try await redis.client.call("SCRIPT", "LOAD", script.source)
                    }
                    let time = TestTime()
                    let store = Store(redis: redis.client, clockOffset: { time.milliseconds })
                    let provider = try makeProvider(settings, url: server.url)
                    let workerSettings = WorkerSettings(concurrency: 1, lease: settings.lease)
                    let worker = try Worker(
                        store: store,
                        providers: [provider],
                        settings: workerSettings,
                        logger: .quiet
                    )
                    try await Preflight.agreeOnLanes(store)
                    let engine = TestEngine(store: store, time: time, worker: worker, settings: workerSettings)
                    try writeConfiguration(settings, url: server.url, proxy: proxy, in: directory)
                    try await body(
                        CrashSite(
                            directory: directory,
                            redis: redis,
                            proxy: proxy,
                            source: source,
                            provider: provider,
                            engine: engine
                        )
                    )
                }
            }
        }
    }
}

private func makeProvider(_ settings: CrashSite.Settings, url: String) throws -> Provider {
    let source = try HTTPSource(HTTPSource.Configuration(url: url), logger: .quiet)
    var provider = Provider(name: CrashSite.name, source: source)
    provider.burstLength = settings.burstLength
    provider.burstInterval = .zero
    provider.backoff = [.seconds(1)]
    provider.rejectRemovalsAbovePercentage = settings.mostRemovals
    return provider
}

/// The same for the process.
private func writeConfiguration(
    _ settings: CrashSite.Settings,
    url: String,
    proxy: FaultyProxy,
    in directory: String
) throws {
    guard case .unixSocket(let socket) = proxy.configuration.address else { throw Unexpected() }
    let yaml = """
        redis: { url: "redis+unix://\(socket)" }
        worker: { concurrency: 1, lease: \(settings.lease.milliseconds)ms }
        consumer: { sqlite: \(directory)/catalog.sqlite, lease: \(settings.lease.milliseconds)ms }
        log: { level: debug, format: json }
        providers:
          \(CrashSite.name):
            burstLength: \(settings.burstLength.milliseconds)ms
            burstInterval: 0s
            backoff: [1s]
            rejectRemovalsAbovePercentage: \(settings.mostRemovals)
            source: { http: { url: "\(url)" } }
        """
    try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
}
