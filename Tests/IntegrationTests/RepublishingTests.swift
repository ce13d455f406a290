import Catalog
import CatalogConsumer
import Foundation
import Ingestion
import Redis
import Synchronization
import TestSupport
import Testing

/// What a consumer does when Redis or its catalog has lost something: the catalog equals the source again, without a person.
@Suite struct RepublishingTests {
    private let provider = "test"

    private func entities(_ range: Range<Int>, title: String? = nil) -> [JSONText] {
        range.map { TestSource.entity("host-\($0)", title: title) }
    }

    private func send(_ engine: TestEngine, _ name: String, _ arguments: String...) async throws -> RESPValue {
        try await engine.store.redis.send(RedisCommand(name, arguments: arguments))
    }

    private func resyncs(_ engine: TestEngine) async throws -> Int64 {
        try await send(engine, "HGET", engine.store.keys(of: provider).hash, "resyncs").int ?? 0
    }

    /// Waits until the consumer has stored all that was published, and drops it from the stream but for the last entry.
    private func trim(_ engine: TestEngine, after consumer: CatalogConsumer) async throws {
        let deltas = engine.store.keys(of: provider).deltas
        let id = try await send(engine, "XREVRANGE", deltas, "+", "-", "COUNT", "1").array?.first?.array?.first?.string
        try await eventually { consumer.status.providers[provider]?.lastEntryID?.description == id }
        _ = try await send(engine, "XTRIM", deltas, "MAXLEN", "1")
    }

    /// What is in a catalog: titles by name.
    private func titles(_ sink: SQLiteSink) async throws -> [String: String] {
        let all = try await sink.catalog.entities(provider: provider, limit: 1_000)
        return try Dictionary(
            uniqueKeysWithValues: all.map { entity in
                let metadata = try JSON(parsing: Array(entity.body.utf8))["metadata"]
                return (metadata?["name"]?.string ?? "", metadata?["title"]?.string ?? "")
            }
        )
    }

    private func titles(_ range: Range<Int>, _ title: String = "") -> [String: String] {
        Dictionary(uniqueKeysWithValues: range.map { ("host-\($0)", title) })
    }

    private func withCatalog(
        _ source: TestSource,
        change: (inout Provider) -> Void = { _ in },
        _ body: (TestEngine, SQLiteSink, _ path: String) async throws -> Void
    ) async throws {
        try await withEngine([.test(provider, source, change)]) { engine in
            try await withTemporaryDirectory { directory in
                let path = directory + "/catalog.sqlite"
                try await body(engine, try SQLiteSink(path: path), path)
            }
        }
    }

    enum Moment: CaseIterable { case resting, open, paused, pausedWhileOpen, failed }

    @Test(
        "a deleted stream is noticed, and everything is published anew at once, once, and by a cycle that reads all of it",
        arguments: Moment.allCases
    )
    func deletedStream(moment: Moment) async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(
            source,
            change: {
                $0.burstLength = .zero; $0.maxAttempts = 1
            }
        ) { engine, sink, _ in
            try await engine.whileConsuming(into: sink) { _ in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
                source.list(entities(10..<40) + entities(40..<45, title: "new"))
                switch moment {
                case .resting: break
                case .open, .pausedWhileOpen:
                    // Two of its pages are read.
                    try await engine.operations.start(provider)
                    for _ in 0..<2 {
                        for job in try await engine.claim() { await engine.worker.perform(job) }
                        engine.time.advance(by: .seconds(4))
                    }
                    #expect(try await engine.operations.status(of: provider).phase == .running)
                case .paused: break
                case .failed:
                    source.intercept { _ in throw SourceError(.unavailable, "down") }
                    try await engine.runAnotherCycle(provider)
                    #expect(try await engine.operations.status(of: provider).phase == .failed)
                    source.intercept(nil)
                }
                let isPaused = [.paused, .pausedWhileOpen].contains(moment)
                if isPaused { try await engine.operations.pause(provider) }
                _ = try await send(engine, "DEL", engine.store.keys(of: provider).deltas)
                try await eventually {
                    try await engine.operations.status(of: provider).republishing?.contains("group catalog") == true
                }
                if isPaused {
                    try await engine.drain()
                    #expect(try await engine.operations.status(of: provider).pausedSince != nil)
                    try await engine.operations.resume(provider)
                }
                // Nothing had to wait for the rest.
                try await engine.runCycle(provider)
                let wanted = titles(10..<40).merging(titles(40..<45, "new")) { first, _ in first }
                try await eventually { try await titles(sink) == wanted }
                let status = try await engine.operations.status(of: provider)
                #expect(status.phase == .resting && status.republishing == nil)
                #expect(try await resyncs(engine) == 1)
                #expect(try await engine.violations(of: provider).isEmpty)
            }
        }
    }

    @Test(
        "a stream that was deleted and published to while its consumers were away is published anew once for all groups"
    )
    func deletedWhileAway() async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(source) { engine, sink, path in
            let other = try SQLiteSink(path: path + ".other")
            try await engine.whileConsuming(into: sink) { _ in
                try await engine.whileConsuming(into: other, group: "other") { _ in
                    try await engine.runCycle(provider)
                    try await eventually { try await sink.catalog.count() == 40 }
                    try await eventually { try await other.catalog.count() == 40 }
                }
            }
            _ = try await send(engine, "DEL", engine.store.keys(of: provider).deltas)
            source.list(entities(0..<1, title: "changed") + entities(1..<39))
            try await engine.runAnotherCycle(provider)
            let (lines, third) = (CollectingSink(), try SQLiteSink(path: path + ".third"))
            try await engine.whileConsuming(into: sink) { _ in
                try await engine.whileConsuming(into: other, group: "other") { _ in
                    try await engine.whileConsuming(into: third, group: "third") { _ in
                        try await engine.whileConsuming(into: lines, group: "lines") { _ in
                            try await eventually {
                                try await engine.store.redis.send(
                                    RedisCommand("XINFO", "GROUPS", engine.store.keys(of: provider).deltas)
                                ).array?.count == 4
                            }
                            try await eventually { try await resyncs(engine) > 0 }
                            try await engine.runCycle(provider)
                            let wanted = titles(1..<39).merging(titles(0..<1, "changed")) { first, _ in first }
                            for sink in [sink, other, third] {
                                try await eventually { try await titles(sink) == wanted }
                            }
                            try await eventually { lines.added.isSuperset(of: wanted.keys.map(TestSource.ref)) }
                        }
                    }
                }
            }
            #expect(try await resyncs(engine) == 1)
        }
    }

    @Test("FLUSHALL under a running consumer: what the source lost meanwhile goes too, after a whole cycle")
    func emptiedRedis() async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        let shown = Provider.test(provider, source)
        try await withCatalog(source) { engine, sink, _ in
            try await engine.whileConsuming(into: sink) { consumer in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
                _ = try await send(engine, "FLUSHALL")
                // There is no stream for a while, then one without a provider.
                try await eventually { consumer.status.providers[provider]?.lastEntryID == .zero }
                #expect(try await sink.catalog.count() == 40)
                source.list(entities(30..<50))
                // A worker that starts again.
                _ = try await engine.store.register(shown, limits: engine.settings.limits)
                try await engine.runCycle(provider)
                try await eventually { try await titles(sink) == titles(30..<50) }
                #expect(try await resyncs(engine) == 0)
                #expect(try await engine.violations(of: provider).isEmpty)
            }
        }
    }

    @Test("what is purged and started again leaves nothing that the source no longer lists", arguments: [true, false])
    func purged(publish: Bool) async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(source) { engine, sink, _ in
            try await engine.whileConsuming(into: sink) { _ in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
                // One that Redis has lost, so that no removal of it is ever published.
                let keys = engine.store.keys(of: provider)
                _ = try await send(engine, "SREM", keys.seen(1), "component:default/host-0")
                _ = try await send(engine, "HDEL", keys.digests, "component:default/host-0")
                try await engine.operations.purge(provider, publish: publish, locationKey: provider)
                try await eventually { try await sink.catalog.count() == (publish ? 0 : 40) }
                source.list(entities(30..<50))
                try await engine.operations.start(provider)
                try await engine.runCycle(provider)
                try await eventually { try await titles(sink) == titles(30..<50) }
                #expect(try await resyncs(engine) == 0)
                #expect(try await engine.violations(of: provider).isEmpty)
            }
        }
    }

    @Test("a purge that publishes takes from a catalog whatever it has, also what an earlier purge left there")
    func purgedAgain() async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(source) { engine, sink, _ in
            try await engine.whileConsuming(into: sink) { _ in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
                try await engine.operations.purge(provider, publish: false, locationKey: provider)
                try await engine.operations.purge(provider, publish: true, locationKey: provider)
                try await eventually { try await sink.catalog.count() == 0 }
                await #expect(throws: OperationError.self) { try await engine.operations.trigger(provider) }
            }
        }
    }

    @Test("what a list hides once stays in a catalog that begins anew meanwhile, and goes when it was missed twice")
    func missedOnce() async throws {
        let source = TestSource(names: (0..<1_500).map { "host-\($0)" }, pageSize: 500)
        try await withCatalog(
            source,
            change: {
                $0.removeAfterMisses = 2; $0.rejectRemovalsAbovePercentage = 100
            }
        ) { engine, sink, _ in
            try await engine.whileConsuming(into: sink) { consumer in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 1_500 }
                _ = try await send(engine, "DEL", engine.store.keys(of: provider).deltas)
                try await eventually { try await resyncs(engine) == 1 }
                source.list(entities(0..<10))
                try await engine.runCycle(provider)
                // All of it is read.
                try await trim(engine, after: consumer)
                #expect(try await sink.catalog.count() == 1_500)
                try await engine.runAnotherCycle(provider)
                try await eventually { try await sink.catalog.count() == 10 }
                #expect(try await engine.violations(of: provider).isEmpty)
            }
        }
    }

    @Test(
        "a source that lists nothing after Redis was emptied is held, for catalogs have what it listed",
        arguments: [true, false]
    )
    func emptyAfterLoss(isConsumerFirst: Bool) async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(source) { engine, sink, _ in
            let last = try await engine.store.register(.test(provider, source), limits: engine.settings.limits)
            func lose(registration: Registration?) async throws {
                source.list([JSONText]())
                _ = try await send(engine, "FLUSHALL")
                if isConsumerFirst {
                    try await eventually {
                        try await send(engine, "EXISTS", engine.store.keys(of: provider).deltas).int == 1
                    }
                }
                _ = try await engine.store.register(
                    .test(provider, source),
                    limits: engine.settings.limits,
                    after: registration
                )
                try await engine.runCycle(provider)
                let held = try await engine.operations.status(of: provider).held
                #expect(held?.reason.contains("what was known before is lost") == true)
            }
            try await engine.whileConsuming(into: sink) { _ in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
                if isConsumerFirst { try await lose(registration: nil) }
            }
            if !isConsumerFirst { try await lose(registration: last) }
            try await engine.whileConsuming(into: sink) { _ in
                #expect(try await sink.catalog.count() == 40)
                // A person knows better.
                try await engine.operations.approveSweep(provider)
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 0 }
            }
        }
    }

    @Test(
        "an older state of Redis that is restored under a running catalog, or while it is stopped",
        arguments: [true, false]
    )
    func restoredRedis(whileRunning: Bool) async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(source) { engine, sink, _ in
            func change() async throws {
                source.list(entities(20..<60, title: "later"))
                try await engine.runAnotherCycle(provider)
                try await eventually { try await titles(sink) == titles(20..<60, "later") }
                source.list(entities(20..<25, title: "later") + entities(25..<50))
            }
            func restore() async throws { _ = try await send(engine, "DEBUG", "RELOAD", "NOSAVE") }
            try await engine.whileConsuming(into: sink) { consumer in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
                try await trim(engine, after: consumer)
                _ = try await send(engine, "SAVE")
                try await change()
                if whileRunning { try await restore() }
            }
            if !whileRunning { try await restore() }
            try await engine.whileConsuming(into: sink) { _ in
                try await eventually { try await resyncs(engine) > 0 }
                // The next cycle, which is due, and one more.
                for _ in 0..<2 {
                    try await engine.runCycle(provider)
                    let wanted = titles(20..<25, "later").merging(titles(25..<50)) { first, _ in first }
                    try await eventually { try await titles(sink) == wanted }
                    try await engine.operations.start(provider)
                }
                #expect(try await engine.violations(of: provider).isEmpty)
            }
        }
    }

    @Test(
        "an older catalog file that is restored is brought up, whether the stream still holds what it lacks or not",
        arguments: [true, false]
    )
    func restoredCatalog(isTrimmed: Bool) async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(source) { engine, first, path in
            var sink = first
            let deltas = engine.store.keys(of: provider).deltas
            // Another group, for which everything is kept.
            if !isTrimmed { _ = try await send(engine, "XGROUP", "CREATE", deltas, "other", "0", "MKSTREAM") }
            try await engine.whileConsuming(into: sink) { _ in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
            }
            let files = FileManager.default
            for file in ["", "-wal"] { try files.copyItem(atPath: path + file, toPath: path + ".backup" + file) }
            try await engine.whileConsuming(into: sink) { _ in
                source.list(entities(20..<60, title: "later"))
                try await engine.runAnotherCycle(provider)
                try await eventually { try await titles(sink) == titles(20..<60, "later") }
            }
            if isTrimmed { _ = try await send(engine, "XTRIM", deltas, "MAXLEN", "1") }
            sink = try SQLiteSink(path: path + ".backup")
            #expect(try await sink.catalog.count() == 40)
            try await engine.whileConsuming(into: sink) { _ in
                if isTrimmed {
                    try await eventually { try await resyncs(engine) == 1 }
                    try await engine.runCycle(provider)
                }
                try await eventually { try await titles(sink) == titles(20..<60, "later") }
            }
            #expect(try await resyncs(engine) == (isTrimmed ? 1 : 0))
        }
    }

    enum Loss: CaseIterable { case deleted, moved, replaced, onlyTheFile }

    @Test("a catalog's file that is deleted, moved or replaced under a running consumer", arguments: Loss.allCases)
    func lostFile(loss: Loss) async throws {
        let source = TestSource(names: (0..<40).map { "host-\($0)" })
        try await withCatalog(source) { engine, sink, path in
            let files = FileManager.default
            func each(_ body: (String) throws -> Void) rethrows {
                for suffix in ["", "-wal", "-shm"] { try body(suffix) }
            }
            try await engine.whileConsuming(into: sink) { consumer in
                try await engine.runCycle(provider)
                try await eventually { try await sink.catalog.count() == 40 }
                try each { try files.copyItem(atPath: path + $0, toPath: path + ".old" + $0) }
                source.list(entities(20..<60, title: "later"))
                try await engine.runAnotherCycle(provider)
                try await eventually { try await titles(sink) == titles(20..<60, "later") }
                try await trim(engine, after: consumer)
                switch loss {
                case .deleted: try each { try files.removeItem(atPath: path + $0) }
                case .onlyTheFile: try files.removeItem(atPath: path)
                case .moved: try each { try files.moveItem(atPath: path + $0, toPath: path + ".moved" + $0) }
                case .replaced:
                    try each { try files.removeItem(atPath: path + $0) }
                    for suffix in ["", "-wal"] {
                        try files.moveItem(atPath: path + ".old" + suffix, toPath: path + suffix)
                    }
                }
                try await eventually {
                    consumer.status.providers[provider]?.error?.message.contains("was deleted") == true
                }
                // What was published is not on the stream any more.
                try await eventually { try await resyncs(engine) == 1 }
                try await engine.runCycle(provider)
                try await eventually { try await titles(sink) == titles(20..<60, "later") }
                // It is in the file that is there, for another process.
                let found = try SQLiteCatalog(readingAt: path)
                #expect(try await found.count() == 40)
            }
        }
    }
}

/// A sink that keeps no position.
private final class CollectingSink: Sink {
    private let refs = Mutex<Set<String>>([])

    var added: Set<String> { refs.withLock { $0 } }

    func apply(_ entries: [StreamEntry], provider: String) async throws {
        refs.withLock { refs in
            for entry in entries { refs.formUnion(entry.delta.added.map(\.entity.ref.string)) }
        }
    }
}
