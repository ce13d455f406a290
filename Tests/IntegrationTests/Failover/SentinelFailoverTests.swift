import CatalogConsumer
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

@Suite(.serialized) struct SentinelFailoverTests {
    @Test("Q12: the master is killed in the middle of a cycle: after the next cycle the catalog equals the source")
    func masterKilled() async throws {
        try await withSentinels { setup in
            try await withDeployment(chains: 4, pageSize: 5, url: setup.url) { deployment in
                let names = (0..<120).map { "host-\($0)" }
                try deployment.source.list(names)
                let held = (0..<4).map { "\($0):15" }
                for cursor in held { try deployment.source.hold(cursor) }
                let directory = deployment.directory
                try await withTidemark(["worker"], name: "one", in: directory) { _ in
                    try await withTidemark(["worker"], name: "two", in: directory) { _ in
                        try await withTidemark(["consume"], name: "consume", in: directory) { _ in
                            try await eventually { held.allSatisfy(deployment.source.reads.contains) }
                            let first = try await setup.currentMaster()
                            first.kill()
                            for cursor in held { try deployment.source.letGo(cursor) }
                            try await eventually { try await deployment.status().completed == 1 }

                            // What a lost write had added may be gone from the source by the time it is read again.
                            let left = names.filter { $0 != "host-3" } + ["new"]
                            try deployment.source.list(left)
                            try await deployment.operations.trigger(Deployment.provider)
                            try await eventually { try await deployment.status().completed == 2 }
                            try await expectCatalog(of: deployment, toBe: left)
                            #expect(try await setup.currentMaster(other: first) !== first)
                        }
                    }
                }
                #expect(try await Verifier(store: deployment.operations.store).verify(Deployment.provider).holds)
            }
        }
    }

    @Test(
        "Q12: the consumer had stored what the failover lost, and the source dropped it: the catalog is exact all the same"
    )
    func consumerAhead() async throws {
        // One entry a node, so that the stream is trimmed and cannot be read from its start.
        try await withSentinels(arguments: ["--stream-node-max-entries", "1"]) { setup in
            try await withDeployment(chains: 1, pageSize: 5, url: setup.url) { deployment in
                let names = (0..<60).map { "host-\($0)" }
                try deployment.source.list(names)
                for cursor in ["0:30", "0:45"] { try deployment.source.hold(cursor) }
                let directory = deployment.directory
                try await withTidemark(["worker"], name: "worker", in: directory) { _ in
                    try await withTidemark(["consume"], name: "consume", in: directory) { consumer in
                        try await eventually {
                            try await SQLiteCatalog(readingAt: deployment.catalogPath).count() == 30
                        }
                        let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                        // What comes now reaches the consumer, and no replica.
                        for replica in setup.servers.dropFirst() { replica.freeze() }
                        try await setup.servers[0].withClient {
                            _ = try await $0.call("CLIENT", "KILL", "TYPE", "REPLICA")
                        }
                        try deployment.source.letGo("0:30")
                        try await eventually { try await catalog.count() == 45 }
                        setup.servers[0].kill()
                        for replica in setup.servers.dropFirst() { replica.thaw() }
                        let left = names.filter { $0 != "host-31" && $0 != "host-44" }
                        try deployment.source.list(left)
                        try deployment.source.letGo("0:45")
                        try await eventually { try await deployment.status().completed >= 1 }
                        try await eventually {
                            consumer.lines.contains { $0.contains("does not follow what is stored") }
                        }
                        try await deployment.operations.start(Deployment.provider)
                        try await eventually { try await deployment.status().completed >= 2 }
                        try await expectCatalog(of: deployment, toBe: left)
                    }
                }
            }
        }
    }

    @Test("Q12: with waitReplicas, no page that was committed is read again after a failover")
    func replicated() async throws {
        try await withSentinels { setup in
            let url = setup.url + "?waitReplicas=1"
            try await withDeployment(chains: 1, pageSize: 5, url: url) { deployment in
                let warnings = try await Preflight.inspect(deployment.operations.store.redis).warnings
                #expect(warnings.contains { $0.contains("set min-replicas-to-write to 1") })
                let names = (0..<60).map { "host-\($0)" }
                try deployment.source.list(names)
                try deployment.source.hold("0:30")
                let directory = deployment.directory
                try await withTidemark(["worker"], name: "worker", in: directory) { _ in
                    // The page before was committed when the next but one is read.
                    try await eventually { deployment.source.reads.contains("0:30") }
                    try await eventually { try await deployment.status().counts.marked == 30 }
                    try await setup.currentMaster().kill()
                    try deployment.source.letGo("0:30")
                    try await eventually { try await deployment.status().completed == 1 }
                }
                let reads = deployment.source.reads
                for cursor in ["null"] + (0..<5).map({ "0:\($0 * 5)" }) {
                    #expect(reads.count { $0 == cursor } == 1, "\(cursor)")
                }
                #expect(try await deployment.status().known == 60)
            }
        }
    }
}

/// Waits until the catalog has these and no others.
func expectCatalog(of deployment: Deployment, toBe names: [String]) async throws {
    let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
    let wanted = Set(names.map { TestSource.ref($0) })
    try await eventually { try await Set(catalog.entities(limit: 10_000).map(\.ref)) == wanted }
}
