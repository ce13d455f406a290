import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

/// A server of a cluster that accepts connections and answers nothing, as one whose disk hangs. It is not replaced: the others wait
/// a minute before they believe it dead.
@Suite(.serialized) struct HungLaneTests {
    private static let lease = Duration.seconds(3)

    @Test("Q12: a lane whose Redis hangs keeps neither slots nor leases from the others, and the worker is not ready")
    func hungLane() async throws {
        try await withCluster(arguments: ["--cluster-node-timeout", "60000"]) { cluster in
            let names = ["p0", "p1", "p2", "p3", "p4", "p5"]
            let sources = Dictionary(
                uniqueKeysWithValues: names.map { ($0, TestSource(names: ["\($0)-a", "\($0)-b"])) }
            )
            var configuration = try RedisConfiguration(url: cluster.url)
            // A claim that hangs is under way for as long as this test runs.
            configuration.commandTimeout = .seconds(3_600)
            let client = RedisClient(configuration: configuration, logger: .quiet)
            let worker = try Worker(
                store: Store(redis: client, lanes: 3),
                providers: sources.map { name, source in .test(name, source) },
                settings: WorkerSettings(concurrency: 2, lease: Self.lease),
                logger: .quiet,
                client: client
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await withRedisClient(try RedisConfiguration(url: cluster.url)) { client in
                    let operations = Operations(store: Store(redis: client, lanes: 3))
                    let store = operations.store
                    for name in names { try await eventually { try await operations.status(of: name).completed == 1 } }
                    let hung = try #require(names.first)
                    let healthy = names.filter { store.lane(of: $0) != store.lane(of: hung) }
                    #expect(!healthy.isEmpty)

                    // Both lanes have a page in hand when the one hangs.
                    let gates = [hung: Gate(), healthy[0]: Gate()]
                    for (name, gate) in gates {
                        sources[name]?.intercept { _ in
                            await gate.passed()
                            return nil
                        }
                        try await operations.start(name)
                    }
                    for name in gates.keys { try await eventually { sources[name]?.reads.count == 2 } }
                    let server = try await cluster.owner(of: store.lane(of: hung).tag, as: cluster.servers[0])
                    let leased = store.lane(of: healthy[0]).leased
                    let end = try await score(client, leased)
                    server.freeze()
                    defer { server.thaw() }
                    // It is renewed again and again.
                    try await eventually { try await score(client, leased) > end + 4 * Double(Self.lease.milliseconds) }
                    #expect(try await operations.status(of: healthy[0]).stalls == 0)
                    gates[healthy[0]]?.open()

                    for name in healthy where name != healthy[0] { try await operations.start(name) }
                    for name in healthy {
                        try await eventually { try await operations.status(of: name).completed == 2 }
                    }
                    try await eventually { worker.health.longestSilence.time ?? .zero > .seconds(10) }
                    #expect(store.lane(worker.health.longestSilence.lane) == store.lane(of: hung))
                }
                group.cancelAll()
            }
        }
    }

    /// When the last lease of a lane ends.
    private func score(_ client: RedisClient, _ leased: String) async throws -> Double {
        let reply = try await client.call("ZRANGE", leased, "-1", "-1", "WITHSCORES")
        return try #require(reply.array?.last?.string.flatMap(Double.init))
    }
}
