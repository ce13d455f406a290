import Catalog
import CatalogConsumer
import Foundation
import Ingestion
import Redis
import Subprocess
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct ClusterFailoverTests {
    @Test("Q12: three lanes, a master killed and a slot moved in the middle of a cycle: the catalogs equal the sources")
    func masterKilledAndSlotMoved() async throws {
        try await withCluster { cluster in
            let sources = Dictionary(
                uniqueKeysWithValues: (0..<6).map { number in
                    ("p\(number)", TestSource(names: (0..<40).map { "\(number)-\($0)" }, pageSize: 5))
                }
            )
            let gate = Gate()
            for source in sources.values {
                source.intercept { cursor in
                    if let offset = cursor?["offset"]?.integer, offset >= 20 { await gate.passed() }
                    return nil
                }
            }
            let configuration = try RedisConfiguration(url: cluster.url)
            try await withTemporaryDirectory { directory in
                let path = directory + "/catalog.sqlite"
                try await withWorkers(2, on: configuration, sources, into: try SQLiteSink(path: path)) { operations in
                    let store = operations.store
                    let names = sources.keys.sorted()
                    #expect(Set(names.map { store.lane(of: $0).tag }).count == 3)
                    try await eventually {
                        sources.values.allSatisfy { source in source.reads.contains { $0?["offset"]?.integer == 20 } }
                    }
                    // One lane loses its master, and the slot of another moves, some of its keys first.
                    let witness = cluster.servers[0]
                    let moving = try await cluster.owner(of: store.lane(1).tag, as: witness)
                    let dying = try await cluster.owner(of: store.lane(0).tag, as: witness)
                    let target = try #require(cluster.servers.prefix(3).first { $0 !== moving && $0 !== dying })
                    let slot = HashSlot(ofKey: store.lane(1).tag).number
                    try await cluster.beginMove(of: slot, from: moving, to: target)
                    #expect(try await cluster.moveKeys(of: slot, from: moving, to: target, count: 3) == 3)
                    dying.kill()
                    gate.open()
                    try await cluster.endMove(of: slot, from: moving, to: target)
                    for name in names {
                        try await eventually { try await operations.status(of: name).completed >= 1 }
                    }
                    for (number, name) in names.enumerated() {
                        sources[name]?.list((1..<41).map { TestSource.entity("\(number)-\($0)") })
                        try await operations.start(name)
                    }
                    let catalog = try SQLiteCatalog(readingAt: path)
                    for (number, name) in names.enumerated() {
                        try await eventually { try await operations.status(of: name).completed >= 2 }
                        let wanted = Set((1..<41).map { TestSource.ref("\(number)-\($0)") })
                        try await eventually {
                            try await Set(catalog.entities(provider: name, limit: 1_000).map(\.ref)) == wanted
                        }
                    }
                    let yaml = """
                        redis: { url: "\(cluster.url)", lanes: 3 }
                        providers: { p0: { source: { exec: { command: ["true"] } } } }
                        """
                    try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
                    let verified = try await tidemark("verify", in: directory)
                    #expect(verified.status == .exited(0), "\(verified.output)\(verified.errors)")
                    let checked = try await tidemark("check", in: directory)
                    #expect(checked.output.contains(cluster.url) && checked.output.contains("has no replica"))
                }
            }
        }
    }
}

/// Holds those who come until it is opened.
final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func passed() async {
        while !isOpen.load(ordering: .acquiring), !Task.isCancelled {
            // Woken by time, not by order: nothing depends on how long this is.
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// Runs workers, each on a client of its own, and a consumer, while `body` runs.
private func withWorkers(
    _ count: Int,
    on configuration: RedisConfiguration,
    _ sources: [String: TestSource],
    into sink: SQLiteSink,
    _ body: (Operations) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<count {
            let client = RedisClient(configuration: configuration, logger: .quiet)
            let worker = try Worker(
                store: Store(redis: client, lanes: 3),
                providers: sources.map { .test($0.key, $0.value) },
                settings: WorkerSettings(concurrency: 8, lease: .seconds(3)),
                logger: .quiet,
                client: client
            )
            group.addTask { try await worker.run() }
        }
        let consumer = CatalogConsumer(
            redis: configuration,
            sink: sink,
            configuration: ConsumerConfiguration(leaseDuration: .seconds(3), discoveryInterval: .milliseconds(200)),
            logger: .quiet
        )
        group.addTask { try await consumer.run() }
        try await withRedisClient(configuration) { client in
            try await body(Operations(store: Store(redis: client, lanes: 3)))
        }
        group.cancelAll()
    }
}
