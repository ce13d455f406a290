import CatalogConsumer
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

@Suite struct WorkersTests {
    @Test("three workers and a consumer, as processes, over 16 chains: all take bursts, and the catalog is the source")
    func threeWorkers() async throws {
        let names = (0..<800).map { "host-\($0)" }
        try await withDeployment(chains: 16, pageSize: 10, workerConcurrency: 2) { deployment in
            try deployment.source.list(names)
            // Each worker has two slots: while the first pages wait, none of them can take what the others are to take.
            let firstPages = (0..<16).map { "\($0):0" }
            for cursor in firstPages { try deployment.source.hold(cursor) }
            let directory = deployment.directory
            try await withTidemark(["worker"], name: "one", in: directory) { one in
                try await withTidemark(["worker"], name: "two", in: directory) { two in
                    try await withTidemark(["worker"], name: "three", in: directory) { three in
                        try await withTidemark(["consume"], name: "consume", in: directory) { _ in
                            for worker in [one, two, three] {
                                try await eventually { worker.lines.contains { $0.contains("burst begins") } }
                            }
                            for cursor in firstPages { try deployment.source.letGo(cursor) }
                            try await eventually { try await deployment.status().completed == 1 }
                            let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                            try await eventually { try await catalog.count() == names.count }
                            let verified = try await tidemark("verify", in: directory)
                            #expect(verified.status == .exited(0), "\(verified.output)\(verified.errors)")

                            // What changes in the source reaches the catalog, and nothing else does.
                            try deployment.source.list(Array(names.dropFirst(30)) + ["new-1", "new-2"])
                            try await deployment.operations.trigger(Deployment.provider)
                            try await eventually { try await deployment.status().completed == 2 }
                            try await eventually { try await catalog.count() == names.count - 28 }
                            let counts = try await deployment.status().counts
                            #expect(counts.added == 2 && counts.removed == 30 && counts.changed == 0)
                        }
                    }
                }
            }
            #expect(try await Verifier(store: deployment.operations.store).verify(Deployment.provider).holds)
        }
    }

    @Test("SIGTERM ends a worker in order: it gives its jobs back, and another goes on at once")
    func terminated() async throws {
        try await withDeployment(chains: 2, pageSize: 5) { deployment in
            try deployment.source.list((0..<40).map { "host-\($0)" })
            try deployment.source.hold("0:10")
            let directory = deployment.directory
            try await withTidemark(["worker"], name: "one", in: directory) { one in
                try await eventually { deployment.source.reads.contains("0:10") }
                try one.send(.terminate)
                try deployment.source.letGo("0:10")
                let store = deployment.operations.store
                let leased = RedisCommand("ZCARD", store.lane(of: Deployment.provider).leased)
                try await eventually { try await store.redis.send(leased).int == 0 }
            }
            let status = try await deployment.status()
            #expect(status.stalls == 0 && status.failures == 0)
            try await withTidemark(["worker"], name: "two", in: directory) { _ in
                try await eventually { try await deployment.status().completed == 1 }
            }
            #expect(deployment.source.reads.count { $0 == "0:10" } == 1)
            #expect(try await deployment.status().known == 40)
        }
    }
}
