import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@Suite struct WorkerRecordTests {
    @Test("a worker is known with the burst that it runs and since when; one that ends is not known any more")
    func record() async throws {
        let source = TestSource(names: ["a"])
        let (reading, goOn) = (Barrier(2), Barrier(2))
        source.intercept { _ in
            await reading.arrive()
            await goOn.arrive()
            return nil
        }
        let provider = Provider.test("test", source)
        try await withEngine([provider], settings: WorkerSettings(concurrency: 3)) { engine in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.worker.run() }
                await reading.arrive()
                // Its next sign of life tells of the burst; one may have come before the cycle was begun.
                try await eventually { try await engine.store.workers().first?.activities.first?.kind == .page }
                let worker = try #require(try await engine.store.workers().first)
                // The job that began the cycle reads its first page.
                #expect(worker.activities.map(\.kind) == [.page] && worker.activities.map(\.generation) == [1])
                #expect(worker.slots == 3 && worker.version == TidemarkVersion.current && worker.since <= worker.seen)
                #expect(
                    worker.activities.first?.provider == "test" && worker.activities.first?.since ?? 0 <= worker.seen
                )
                await goOn.arrive()
                source.intercept(nil)
                try await eventually { try await engine.operations.status(of: "test").phase == .resting }
                try await eventually { try await engine.store.workers().first?.activities.isEmpty == true }
                group.cancelAll()
            }
            #expect(try await engine.store.workers().isEmpty)
        }
    }

    @Test("a worker that gives no sign of life is forgotten, and its record goes")
    func forgotten() async throws {
        try await withEngine([]) { engine in
            let redis = engine.store.redis
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.worker.run() }
                try await eventually { try await engine.store.workers().count == 1 }
                group.cancelAll()
            }
            _ = try await redis.call("ZADD", "{tidemark:0}:workers", "1", "dead")
            _ = try await redis.call("HSET", "{tidemark:0}:worker:dead", "name", "host/1")
            #expect(try await engine.store.workers().isEmpty)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.anotherWorker([]).run() }
                try await eventually { try await engine.store.workers().count == 1 }
                #expect(try await redis.call("ZCARD", "{tidemark:0}:workers").int == 1)
                let id = try #require(try await engine.store.workers().first?.id)
                #expect(
                    try await redis.call("PTTL", "{tidemark:0}:worker:\(id)").int.map { (1...30_000).contains($0) }
                        == true
                )
                group.cancelAll()
            }
        }
    }
}
