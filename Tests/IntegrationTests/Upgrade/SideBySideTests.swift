import Catalog
import CatalogConsumer
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// Two builds as processes on one Redis: this one, and the next.
@Suite struct SideBySideTests {
    @Test(
        "old and new workers share a cycle, an old consumer gives way to a new one: nothing is lost, nothing comes twice"
    )
    func sharedCycle() async throws {
        try await withUpgradeSite(chains: 12, entities: 240) { site in
            let deployment = site.deployment
            try site.hold(0, of: 0..<12)
            try await site.with(.old, "worker", name: "old") { old in
                try await eventually { site.reading(0).count == 2 }
                // As the build before this one left them.
                for key in try await site.versions().keys {
                    _ = try await site.store.redis.send(RedisCommand("HDEL", key, "v"))
                }
                try await site.with(.next, "worker", name: "new") { new in
                    try await eventually { site.reading(0).count == 4 }
                    try await site.with(.old, "consume", name: "old-consumer") { oldConsumer in
                        try site.letGo(0, of: 0..<12)
                        try await eventually { try await deployment.status().completed == 1 }
                        let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                        try await eventually {
                            oldConsumer.lines.contains { $0.contains("Use a version of Tidemark that reads it") }
                        }
                        #expect(try await catalog.count() < 240)
                        #expect(!oldConsumer.hasEnded)

                        try await site.with(.next, "consume", name: "new-consumer") { _ in
                            try await eventually { try await catalog.count() == 240 }
                            let changed = (0..<240).dropFirst(30).map { "host-\($0)" } + ["new-1", "new-2"]
                            try deployment.source.list(changed)
                            try await deployment.operations.trigger(Deployment.provider)
                            try await eventually { try await deployment.status().completed == 2 }
                            try await eventually { try await catalog.count() == 212 }
                            try await eventually {
                                try await catalog.cycles(provider: Deployment.provider, limit: 10).count {
                                    $0.completed != nil
                                }
                                    == 2
                            }
                            let cycles = try await catalog.cycles(provider: Deployment.provider, limit: 10)
                            #expect(cycles.map(\.counts.added).sorted() == [2, 240])
                            #expect(cycles.map(\.counts.removed).sorted() == [0, 30])
                            #expect(cycles.allSatisfy { $0.counts.changed == 0 })
                        }
                    }
                    let (byOld, byNew) = (UpgradeSite.commits(of: old), UpgradeSite.commits(of: new))
                    #expect(!byOld.isEmpty && !byNew.isEmpty && byOld.isDisjoint(with: byNew))
                    // Once a new worker has stored a job's cursor, no old one goes on with it.
                    for commit in byOld {
                        #expect(!byNew.contains { $0.job == commit.job && $0.sequence < commit.sequence }, "\(commit)")
                    }
                }
            }
            let status = try await deployment.status()
            #expect(status.stalls == 0 && status.failures == 0 && status.newer == nil)
            for build in [UpgradeSite.Build.old, .next] {
                let verified = try await site.command(build, "verify")
                #expect(verified.status == .exited(0), "\(verified.output)\(verified.errors)")
            }
        }
    }

    @Test(
        "a new worker is killed: old ones do what they can, the rest waits, seen, until there is a new one; nothing is swept"
    )
    func rollback() async throws {
        try await withUpgradeSite(chains: 6, entities: 90) { site in
            let deployment = site.deployment
            try site.hold(0, of: 0..<6)
            try site.hold(5, of: 0..<6)
            try await site.with(.old, "worker", name: "old") { old in
                try await eventually { site.reading(0).count == 2 }
                let byOld = site.reading(0)
                try await site.with(.next, "worker", name: "new") { new in
                    try await eventually { site.reading(0).count == 4 }
                    // What the new worker commits is of its version; then it takes others.
                    try site.letGo(0, of: site.reading(0).subtracting(byOld))
                    try await eventually { try await site.versions().values.count { $0 == "2" } == 2 }
                    try await eventually { site.reading(0).count - 4 + site.reading(5).count == 2 }
                    try new.send(.kill)
                    try await eventually { new.hasEnded }
                }
                for chain in 0..<6 {
                    try? deployment.source.letGo("\(chain):0")
                    try deployment.source.letGo("\(chain):5")
                }
                try await eventually {
                    let status = try await deployment.status()
                    return status.newer?.count == 2 && status.outstanding == 2 && status.active == 0
                }
                let status = try await deployment.status()
                #expect(status.completed == 0 && status.phase == .running && status.counts.removed == 0)
                #expect(status.failures == 0 && status.givenUp == 0)
                let jobs = try await site.jobs(.old)
                #expect(jobs?["newer"] == 2 && jobs?["newestVersion"] == 2, "\(String(describing: jobs))")
                let shown = try await site.command(.old, "show", Deployment.provider)
                #expect(shown.output.contains("a worker that knows version 2 (2 jobs)"), "\(shown.output)")
                let verified = try await site.command(.old, "verify")
                #expect(verified.status == .exited(0), "\(verified.output)\(verified.errors)")
                #expect(!old.hasEnded)

                try await site.with(.next, "worker", name: "back") { _ in
                    try await site.with(.next, "consume", name: "consumer") { _ in
                        try await eventually { try await deployment.status().completed == 1 }
                        let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                        try await eventually { try await catalog.count() == 90 }
                    }
                }
            }
            let status = try await deployment.status()
            #expect(status.known == 90 && status.counts.added == 90 && status.newer == nil)
            let verified = try await site.command(.next, "verify")
            #expect(verified.status == .exited(0), "\(verified.output)\(verified.errors)")
        }
    }

    @Test("once the layout is raised, old processes end and do not start, and say why; what they had in hand goes on")
    func raisedLayout() async throws {
        try await withUpgradeSite(chains: 4, entities: 80) { site in
            let deployment = site.deployment
            try site.hold(0, of: 0..<1)
            try await site.with(.next, "worker", name: "new") { _ in
                var consumerEnd: TerminationStatus?
                let workerEnd = try await site.with(.old, "worker", name: "old") { worker in
                    consumerEnd = try await site.with(.old, "consume", name: "old-consumer") { consumer in
                        try await eventually { !site.reading(0).isEmpty }
                        let raised = try await site.command(.next, "upgrade")
                        #expect(raised.status == .exited(0) && raised.output.contains("version 1 and is of version 2"))
                        try await eventually { worker.hasEnded && consumer.hasEnded }
                        for process in [worker, consumer] {
                            let log = process.lines.joined(separator: "\n")
                            #expect(log.contains("ewer Tidemark has laid Redis out"), "\(log)")
                        }
                    }
                }
                #expect(workerEnd == .exited(2) && consumerEnd == .exited(2))
                try deployment.source.letGo("0:0")
                for arguments in [["worker"], ["consume"], ["status"], ["pause", Deployment.provider], ["upgrade"]] {
                    let refused = try await tidemark(arguments, in: site.directory)
                    #expect(refused.status == .exited(2), "\(arguments) \(refused.errors)")
                    #expect(refused.errors.contains("ewer Tidemark has laid Redis out"), "\(refused.errors)")
                }
                try await site.with(.next, "consume", name: "consumer") { _ in
                    try await eventually { try await deployment.status().completed == 1 }
                    let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
                    try await eventually { try await catalog.count() == 80 }
                }
            }
            #expect(try await deployment.status().pausedSince == nil)
            let again = try await site.command(.next, "upgrade", "--json")
            #expect(try JSON(parsing: again.output) == ["before": 2, "now": 2])
        }
    }
}
