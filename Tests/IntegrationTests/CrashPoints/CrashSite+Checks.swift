import Catalog
import CatalogConsumer
import Ingestion
import Redis
import TestSupport
import Testing

extension CrashSite {
    /// That the process called only what it may, that every invariant holds, that nothing was published twice, and that the
    /// catalog at the end of the stream is the source.
    func check(processMayCall scripts: [String: String]) async throws {
        #expect(
            proxy.scripts.subtracting(scripts.keys).isEmpty,
            "a script that it must not call, or is not in the list"
        )
        #expect(try await engine.violations(of: Self.name).isEmpty)
        try await expectNothingTwice()
        try await whileConsuming { _ in }
        #expect(try await catalog() == sourceDigests())
    }

    /// No part of a page twice, and in no cycle an entity twice: the source does not change during one.
    private func expectNothingTwice() async throws {
        var parts: Set<String> = []
        var published: Set<String> = []
        for delta in try await engine.deltas(of: Self.name) {
            let part = "\(delta.generation) \(delta.job) \(delta.sequence)"
            #expect(parts.insert(part).inserted, "published twice: \(part)")
            for ref in delta.added.map({ $0.entity.ref.string }) + delta.removed.map({ $0.entityRef.string }) {
                #expect(published.insert("\(delta.generation) \(ref)").inserted, "published twice: \(ref)")
            }
        }
    }

    /// Runs a consumer in this process into the SQLite catalog, and `body` while it runs and has stored all there is. The lease
    /// of another has run out.
    func whileConsuming(_ body: (CatalogConsumer) async throws -> Void) async throws {
        try await endLease()
        let consumer = CatalogConsumer(
            redis: redis.configuration,
            sink: try SQLiteSink(path: catalogPath),
            resync: {
                try await Operations(store: Store(redis: $0)).resync($1, after: $2, because: $3)
                return true
            },
            logger: .quiet
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await consumer.run() }
            defer { group.cancelAll() }
            try await hasCaughtUp(consumer)
            try await body(consumer)
        }
    }

    /// The lease of whoever consumed last runs out: one that was killed, or cancelled, leaves it.
    private func endLease() async throws {
        _ = try await redis.client.call("DEL", engine.store.keys(of: Self.name).hash + ":consumer:catalog")
    }

    /// An event is published and stored, and Redis forgets that it was published, as it may at a failover.
    func loseWhatIsStored() async throws {
        let deltas = engine.store.keys(of: Self.name).deltas
        try await whileConsuming { _ in }
        // The start of the stream is gone, too, as it is once it was read.
        _ = try await redis.client.call("XTRIM", deltas, "MAXLEN", "1")
        guard let before = try await redis.client.call("DUMP", deltas).bytes else { throw Unexpected() }
        let page = try PreparedPage(Page(entities: [TestSource.entity("event")]), at: nil, of: provider, events: 0)
        try await engine.operations.apply(PreparedEvent(added: page.entities, removed: []), to: provider)
        try await whileConsuming { _ in }
        try await endLease()
        var restore = RedisCommand("RESTORE", deltas, "0")
        restore.append(before)
        restore.append("REPLACE")
        _ = try await redis.client.send(restore)
    }

    /// Waits until the consumer has stored the last entry there is, and the group stands there.
    func hasCaughtUp(_ consumer: CatalogConsumer) async throws {
        let deltas = engine.store.keys(of: Self.name).deltas
        try await eventually {
            let last = try await redis.client.call("XREVRANGE", deltas, "+", "-", "COUNT", "1").array?.first?.array?[0]
            return consumer.status.providers[Self.name]?.lastEntryID?.description == last?.string
        }
    }

    /// The digests that the SQLite catalog has, by ref.
    func catalog() async throws -> [String: UInt64] {
        var digests: [String: UInt64] = [:]
        for try await element in try SQLiteCatalog(readingAt: catalogPath).digests(provider: Self.name) {
            digests[element.ref] = element.digest
        }
        return digests
    }

    /// The digests of what the source lists, by ref.
    func sourceDigests() throws -> [String: UInt64] {
        let page = try PreparedPage(Page(entities: source.entities), at: nil, of: provider, events: 0)
        return Dictionary(page.entities.map { ($0.ref.string, $0.digest.value) }, uniquingKeysWith: { _, last in last })
    }
}
