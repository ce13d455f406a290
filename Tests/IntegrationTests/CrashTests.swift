import CatalogConsumer
import Ingestion
import Subprocess
import TestSupport
import Testing

@Suite struct CrashTests {
    @Test("Q5: kill -9 in the middle of a burst: another worker goes on within the lease, from the last committed page")
    func killedWorker() async throws {
        try await withDeployment(chains: 1, pageSize: 5) { deployment in
            let names = (0..<60).map { "host-\($0)" }
            try deployment.source.list(names)
            try deployment.source.hold("0:30")
            let directory = deployment.directory
            try await withTidemark(["worker"], name: "killed", in: directory) { worker in
                try await eventually { deployment.source.reads.contains("0:30") }
                try worker.send(.kill)
            }
            #expect(try await deployment.status().counts.marked == 30)
            try deployment.source.letGo("0:30")

            try await withTidemark(["worker"], name: "other", in: directory) { _ in
                try await withTidemark(["consume"], name: "consume", in: directory) { _ in
                    try await eventually { try await deployment.status().completed == 1 }
                    let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                    try await eventually { try await catalog.count() == 60 }
                }
            }
            let reads = deployment.source.reads
            #expect(reads.count { $0 == "0:30" } == 2)
            #expect(reads.count { $0 == "null" } == 1 && reads.count { $0 == "0:25" } == 1)
            let status = try await deployment.status()
            #expect(status.stalls == 1 && status.failures == 0 && status.known == 60)
            #expect(try await Verifier(store: deployment.operations.store).verify(Deployment.provider).holds)
        }
    }

    @Test("kill -9 on the consumer loses nothing and applies nothing twice")
    func killedConsumer() async throws {
        try await withDeployment(chains: 4, pageSize: 5) { deployment in
            try deployment.source.list((0..<200).map { "host-\($0)" })
            let directory = deployment.directory
            try await withTidemark(["worker"], name: "worker", in: directory) { _ in
                for round in 0..<4 {
                    try await withTidemark(["consume"], name: "consume-\(round)", in: directory) { _ in
                        try await eventually {
                            guard let catalog = try? SQLiteCatalog(readingAt: deployment.catalogPath) else {
                                return false
                            }
                            return ((try? await catalog.count()) ?? 0) >= min(200, round * 40 + 1)
                        }
                    }
                }
                try await eventually { try await deployment.status().completed == 1 }
                try await withTidemark(["consume"], name: "consume-last", in: directory) { _ in
                    let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                    try await eventually { try await catalog.count() == 200 }
                    try await eventually {
                        try await catalog.cycles(provider: Deployment.provider).first?.completed != nil
                    }
                    let cycle = try #require(try await catalog.cycles(provider: Deployment.provider).first)
                    #expect(cycle.counts.added == 200 && cycle.counts.changed == 0 && cycle.counts.removed == 0)
                }
            }
        }
    }
}
