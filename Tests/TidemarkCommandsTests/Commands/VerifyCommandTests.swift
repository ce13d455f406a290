import Catalog
import Foundation
import GRDB
import Redis
import Subprocess
import TestSupport
import Testing

@testable import TidemarkCommands

/// `verify --source` and `verify --catalog`, against a source, a Redis and a catalog that a cycle has made equal.
@Suite struct VerifyCommandTests {
    /// One provider, `hosts`, of an HTTP source; what `tidemark run` has left in Redis and in the catalog.
    private struct Site {
        let directory: String
        let source: PageServer
        let redis: RedisClient

        var catalog: String { directory + "/catalog.sqlite" }

        func cycle() async throws {
            let run = try await tidemark("run", "--cycles", "1", in: directory)
            #expect(run.status == .exited(0), "\(run.errors)")
        }

        func verify(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            let test = TestConsole()
            let status = await Console.$current.withValue(test.console()) {
                await CommandLineInterface.run(["verify", "-c", directory + "/tidemark.yaml"] + arguments)
            }
            return (status, test.output, test.errors)
        }

        /// Changes the catalog behind the consumer's back.
        func alter(_ sql: String) async throws {
            try await DatabaseQueue(path: catalog).writeWithoutTransaction { try $0.execute(sql: sql) }
        }
    }

    private func withSite(
        chains: Int = 2,
        provider: String = "",
        _ body: (Site) async throws -> Void
    ) async throws {
        let source = PageServer(chains: chains, pageSize: 3)
        source.list((0..<20).map { TestSource.entity("host-\($0)") })
        try await HTTPTestServer.with {
            source.respond(to: $0)
        } _: { server in
            try await withTemporaryDirectory { directory in
                try await withRedisServer(directory: directory + "/redis") { configuration in
                    guard case .unixSocket(let socket) = configuration.address else { throw Unexpected() }
                    try """
                    redis: { url: "redis+unix://\(socket)" }
                    consumer: { sqlite: \(directory)/catalog.sqlite }
                    providers:
                      hosts:
                        burstInterval: 0s
                        rejectRemovalsAbovePercentage: 100
                        \(provider)
                        source: { http: { url: "\(server.url)/hosts" } }
                    """.write(toFile: directory + "/tidemark.yaml", atomically: true, encoding: .utf8)
                    try await withRedisClient(configuration) { redis in
                        try await body(Site(directory: directory, source: source, redis: redis))
                    }
                }
            }
        }
    }

    @Test("what a cycle has made equal is equal, page by page; nothing is written")
    func holds() async throws {
        try await withSite { site in
            try await site.cycle()
            _ = site.source.takeReads()
            let before = try await site.redis.call("HGETALL", "{tidemark:0}:provider:hosts")
            let (status, output, errors) = try await site.verify("--source", "--catalog", site.catalog)
            #expect(status == 0, "\(output)\(errors)")
            #expect(output.contains("what the source lists is known"))
            #expect(output.contains("the catalog has what is known"))
            #expect(!output.contains("not checked that the catalog") && !output.contains("not checked that what"))
            // The first page, and four of each chain, once.
            #expect(site.source.reads.values.allSatisfy { $0 == 1 } && site.source.reads.count == 9)
            #expect(try await site.redis.call("HGETALL", "{tidemark:0}:provider:hosts") == before)
        }
    }

    @Test("what differs from the source is listed with its page, and what is known alone at the end")
    func sourceDiffers() async throws {
        try await withSite { site in
            try await site.cycle()
            var entities = site.source.entities
            entities[5] = TestSource.entity("host-5", title: "another")
            entities[7] = TestSource.entity("host-new")
            site.source.list(entities)

            let (status, output, _) = try await site.verify("--source", "hosts")
            #expect(status == 6)
            #expect(output.contains("component:default/host-5 is known with another body (page "))
            #expect(output.contains("component:default/host-new is listed and not known (page "))
            #expect(output.contains("POST http://127.0.0.1:"))
            #expect(output.contains("component:default/host-7 is known and not listed"))
            #expect(output.contains("the last complete cycle ended"))
            #expect(output.contains("3 violations"))

            let json = try JSON(parsing: try await site.verify("hosts", "--source", "--json").output)
            #expect(json["holds"] == false)
            let found = json["checks"]?.array?.compactMap { $0["examples"]?.array }.flatMap(\.self) ?? []
            #expect(found.count == 3)

            try await site.cycle()
            #expect(try await site.verify("--source").status == 0)
        }
    }

    @Test("an entity that is rejected now is listed still; one that has no valid ref is counted")
    func rejected() async throws {
        try await withSite { site in
            try await site.cycle()
            var entities = site.source.entities
            entities[5] = JSONText(#"{"kind":"Component","metadata":{"name":"host-5"}}"#)
            entities.append(JSONText("{}"))
            site.source.list(entities)
            let (status, output, _) = try await site.verify("--source")
            #expect(status == 0, "\(output)")
            #expect(output.contains("of the listed entities, 1 have no valid ref"))
        }
    }

    @Test("what changes while the source is read is looked at again, and is no difference")
    func sourceChangesMeanwhile() async throws {
        try await withSite(chains: 1) { site in
            try await site.cycle()
            let source = site.source
            let entities = source.entities
            // At its second page the source changes on the first one and on a later one, and back before they are read again.
            source.list([TestSource.entity("host-0", title: "another")] + entities.dropFirst().dropLast())
            source.intercept { cursor in
                if cursor == "0:6" { source.list(entities) }
                return nil
            }
            let (status, output, _) = try await site.verify("--source")
            #expect(status == 0, "\(output)")
            #expect((source.reads["0:0"] ?? 0) == 3)
        }
    }

    @Test("cursors in a circle end, and each page is read once")
    func circle() async throws {
        try await withSite(chains: 1) { site in
            try await site.cycle()
            let entities = site.source.entities
            site.source.intercept { cursor in
                cursor == "0:18"
                    ? .json(#"{"entities":[\#(entities[18]),\#(entities[19])],"next":["0:3"]}"#) : nil
            }
            let (status, output, _) = try await site.verify("--source")
            #expect(status == 0, "\(output)")
            #expect(site.source.reads["0:3"] == 2)
        }
    }

    @Test("a configuration that is not the workers' is named as a reason of differences")
    func anotherPlan() async throws {
        try await withSite { site in
            try await site.cycle()
            let same = try await site.verify("--source")
            #expect(!same.output.contains("another configuration"))
            let file = site.directory + "/tidemark.yaml"
            try String(contentsOfFile: file, encoding: .utf8)
                .replacing("burstInterval: 0s", with: "annotationKey: example.com/provider")
                .write(toFile: file, atomically: true, encoding: .utf8)
            let (status, output, _) = try await site.verify("--source")
            #expect(status == 6)
            #expect(output.contains("is known with another body"))
            #expect(output.contains("the workers read it by another configuration than this one"))
        }
    }

    @Test("a page that cannot be read ends with 1, and says which and what to do; a source that is back is waited for")
    func unreadableSource() async throws {
        try await withSite(chains: 1) { site in
            try await site.cycle()
            site.source.intercept { $0 == "0:6" ? .json("{}", status: 401) : nil }
            let (status, output, _) = try await site.verify("--source")
            #expect(status == 1)
            #expect(output.contains("page 4, cursor \"0:6\" cannot be read"))
            #expect(output.contains("check `auth`"))
            site.source.answerOnce(at: "0:3", .json("{}", status: 429, headers: [("Retry-After", "0")]))
            #expect(try await site.verify("--source").status == 0)
        }
    }

    @Test("calls count against the provider's callRate, as those of workers do")
    func callRate() async throws {
        try await withSite(chains: 1, provider: "callRate: { calls: 1000, per: 1s }") { site in
            try await site.cycle()
            let key = "{tidemark:0}:provider:hosts"
            let before = try await site.redis.call("HGET", key, "calls_due").string
            #expect(try await site.verify("--source").status == 0)
            #expect(try await site.redis.call("HGET", key, "calls_due").string != before)
        }
    }

    @Test("what differs in the catalog is found in both directions, and a body that was changed in the file alone")
    func catalogDiffers() async throws {
        try await withSite { site in
            try await site.cycle()
            try await site.alter("DELETE FROM entity WHERE ref = 'component:default/host-3'")
            try await site.alter(
                "UPDATE entity SET body = replace(body, 'production', 'other') WHERE ref = 'component:default/host-4'"
            )
            try await site.alter(
                "UPDATE entity SET ref = 'component:default/extra' WHERE ref = 'component:default/host-6'"
            )
            let (status, output, _) = try await site.verify("--catalog", site.catalog)
            #expect(status == 6)
            #expect(output.contains("component:default/host-3 is known and missing in the catalog"))
            #expect(output.contains("component:default/host-4 has another body in the catalog"))
            #expect(output.contains("component:default/host-6 is known and missing in the catalog"))
            #expect(
                output.contains("component:default/extra is in the catalog and not known")
            )
            #expect(output.contains("4 violations"))
        }
    }

    @Test("a catalog whose Redis was emptied differs in all that it has")
    func emptiedRedis() async throws {
        try await withSite { site in
            try await site.cycle()
            _ = try await site.redis.call("FLUSHALL")
            let (status, output, _) = try await site.verify("--catalog", site.catalog)
            #expect(status == 6)
            #expect(output.contains("Redis has nothing of hosts, the catalog has 20 entities of it"))
            #expect(output.contains("20 violations"))
        }
    }

    @Test("what the catalog has yet to read is no difference, and not called equal either")
    func catalogIsBehind() async throws {
        try await withSite { site in
            try await site.cycle()
            let copy = site.directory + "/copy.sqlite"
            try await site.alter("VACUUM INTO '\(copy)'")
            site.source.list(site.source.entities.dropFirst() + [TestSource.entity("late")])
            // The entries must not be trimmed: another group has yet to read them.
            let deltas = "{tidemark:0}:provider:hosts:deltas"
            _ = try await site.redis.call("XGROUP", "CREATE", deltas, "other", "0")
            try await site.cycle()
            let (status, output, _) = try await site.verify("--catalog", copy)
            #expect(status == 1, "\(output)")
            #expect(output.contains("2 refs were not compared, since the catalog has yet to read their last entries"))
            #expect(try await site.verify("--catalog", site.catalog).status == 0)
        }
    }

    @Test("what is no catalog, and a provider that the configuration does not have, are named")
    func usage() async throws {
        try await withSite { site in
            try await site.cycle()
            let missing = try await site.verify("--catalog", site.directory + "/none.sqlite")
            #expect(missing.status == 2)
            #expect(missing.errors.contains("none.sqlite"))
            #expect(try await site.verify("--source", "nope").status == 3)
        }
    }
}
