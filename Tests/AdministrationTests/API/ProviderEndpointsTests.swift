import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

@testable import Administration

@Suite struct ProviderEndpointsTests {
    private let path = "/api/v1/providers/github"

    @Test("a provider is shown as `tidemark show --json` shows it, and the list has them all")
    func showAndList() async throws {
        try await APISite.with { site in
            let shown = try await site.ask("GET", path, token: APISite.read.text).json
            var expected = try await site.engine.operations.status(of: "github").json
            expected["deadJobs"] = []
            expected["at"] = shown["at"]
            #expect(shown == expected)
            let list = try await site.ask("GET", "/api/v1/providers", token: APISite.read.text).json
            #expect(list["providers"]?.array?.map { $0["name"] } == ["github"])
        }
    }

    @Test(
        "pause, resume, resync, trigger, start and cancel do what they say, and answer with the provider as it then is"
    )
    func operations() async throws {
        try await APISite.with { site in
            let paused = try await site.ask("POST", path + "/pause").json
            #expect(paused["operation"] == "pause" && paused["status"]?["status"] == "paused")
            #expect(try await site.ask("POST", path + "/pause").status == 200)
            #expect(try await site.ask("POST", path + "/trigger").code == "conflict")
            #expect(try await site.ask("POST", path + "/resume").json["status"]?["pausedSince"] == .null)
            #expect(try await site.ask("POST", path + "/resume").status == 409)

            let before = try await site.engine.deltas(of: "github").count
            #expect(try await site.ask("POST", path + "/resync").status == 200)
            #expect(try await site.ask("POST", path + "/start").json["status"]?["phase"] == "starting")
            try await site.engine.runCycle("github")
            #expect(try await site.engine.deltas(of: "github").dropFirst(before).flatMap(\.added).count == 2)

            let cancelled = try await site.ask("POST", path + "/cancel", ["seconds": 60.0]).json["status"]
            #expect(cancelled?["phase"] == "cancelled" && cancelled?["waits"] == "cancelled")
            let status = try await site.engine.operations.status(of: "github")
            #expect(status.due.map { (1...60_000).contains($0 - status.at) } == true)
            #expect(try await site.ask("POST", path + "/trigger").json["status"]?["waits"] == .null)
            try await site.engine.runCycle("github")
            #expect(try await site.engine.operations.status(of: "github").completed == 3)
        }
    }

    @Test("how the last cycles ended is listed, the newest first")
    func history() async throws {
        try await APISite.with { site in
            site.source.list([JSONText]())
            try await site.engine.runAnotherCycle("github")
            let cycles = try await site.ask("GET", path + "/history").json["cycles"]?.array ?? []
            #expect(cycles.map { $0["outcome"] } == ["held", "completed"])
            #expect(cycles[0]["reason"]?.string?.isEmpty == false && cycles[0]["knownAtStart"] == 2)
            #expect(cycles[1]["added"] == 2 && cycles[1]["endedAt"]?.string != nil)
            #expect(try await site.ask("GET", path + "/history?limit=1").json["cycles"]?.array?.count == 1)
            #expect(try await site.ask("GET", path + "/history?limit=51").status == 400)
        }
    }

    @Test("a held sweep is listed page by page, then discarded, then approved", arguments: [1, 100, 1_000])
    func sweep(_ limit: Int) async throws {
        let names = (0..<1_500).map { "e\($0)" }
        try await APISite.with(.init(names: names)) { site in
            site.source.list([JSONText]())
            try await site.engine.runAnotherCycle("github")
            var (refs, next): (Set<String>, String?) = ([], "")
            var pages = 0
            while let cursor = next {
                let query = "?limit=\(limit)" + (cursor.isEmpty ? "" : "&cursor=\(cursor)")
                let page = try await site.ask("GET", path + "/sweep" + query).json
                #expect(page["held"]?.string?.isEmpty == false && page["unmarked"] == 1_500)
                refs.formUnion(page["entityRefs"]?.array?.compactMap(\.string) ?? [])
                next = page["next"]?.string
                pages += 1
            }
            #expect(refs == Set(names.map { TestSource.ref($0) }))
            #expect(pages > 1)

            #expect(try await site.ask("POST", path + "/sweep/discard").json["status"]?["held"] == .null)
            #expect(try await site.ask("POST", path + "/sweep/approve").status == 409)
            try await site.engine.runAnotherCycle("github")
            #expect(try await site.ask("POST", path + "/sweep/approve").json["status"]?["phase"] == "sweeping")
            try await site.engine.runCycle("github")
            #expect(try await site.engine.catalog(of: "github").isEmpty)
            let empty = try await site.ask("GET", path + "/sweep").json
            #expect(empty["entityRefs"] == [] && empty["next"] == .null)
        }
    }

    @Test("rejected entities are listed page by page, the newest first")
    func rejected() async throws {
        try await APISite.with { site in
            let wrong = (0..<7).map { JSONText("{\"kind\":\"Component\",\"number\":\($0)}") }
            site.source.list([TestSource.entity("a"), TestSource.entity("b")] + wrong)
            try await site.engine.runAnotherCycle("github")
            var (found, before): ([JSON], String?) = ([], nil)
            repeat {
                let query = "?limit=3" + (before.map { "&before=\($0)" } ?? "")
                let page = try await site.ask("GET", path + "/rejected" + query).json
                found += page["rejected"]?.array ?? []
                before = page["next"]?.string
            } while before != nil
            #expect(try await site.ask("GET", path + "/rejected?before=0-0").json == ["rejected": [], "next": .null])
            #expect(found.count == 7 && Set(found.compactMap { $0["id"]?.string }).count == 7)
            #expect(found.first?["entity"]?.string?.contains(#""number":6"#) == true)
            #expect(found.allSatisfy { $0["reason"]?.string?.isEmpty == false })
        }
    }

    @Test("a job that was given up on is listed and run again; the jobs of a cycle are listed with their cursors")
    func jobs() async throws {
        try await APISite.with(.init(provider: { $0.maxAttempts = 1 })) { site in
            site.source.intercept { _ in throw SourceError(.invalidPage, "no page") }
            try await site.engine.runAnotherCycle("github")
            let dead = try await site.ask("GET", path + "/dead-jobs").json["deadJobs"]
            let id = try #require(dead?[0]?["id"]?.string)
            #expect(dead?[0]?["error"]?.string?.contains("no page") == true)
            #expect(try await site.ask("GET", path).json["deadJobs"] == dead)

            #expect(
                try await site.ask("POST", path + "/dead-jobs/retry", ["jobs": ["github:none"]]).code == "unknown-job"
            )
            site.source.intercept(nil)
            let retried = try await site.ask("POST", path + "/dead-jobs/retry", ["jobs": [.string(id)]]).json
            #expect(retried["jobs"] == [.string(id)] && retried["status"]?["phase"] == "running")
            let jobs = try await site.ask("GET", path + "/jobs").json["jobs"]
            #expect(jobs?.array?.count == 1 && jobs?[0]?["id"]?.string == id && jobs?[0]?["place"] == "ready")
            try await site.engine.runCycle("github")
            #expect(try await site.engine.operations.status(of: "github").phase == .resting)
            let next = try await site.ask("GET", path + "/jobs").json["jobs"]?[0]
            #expect(next?["kind"] == "cycle" && next?["place"] == "delayed" && next?["dueAt"]?.string != nil)
        }
    }

    @Test("the stream is shown with how far each group of consumers is")
    func stream() async throws {
        try await APISite.with { site in
            let stream = site.engine.store.keys(of: "github").deltas
            _ = try await site.engine.store.redis.call("XGROUP", "CREATE", stream, "catalog", "0")
            _ = try await site.engine.store.redis.call(
                "XREADGROUP",
                "GROUP",
                "catalog",
                "me",
                "COUNT",
                "1",
                "STREAMS",
                stream,
                ">"
            )
            let shown = try await site.ask("GET", path + "/stream").json
            let length = try #require(shown["length"]?.integer)
            #expect(length >= 3 && shown["groups"]?.array?.count == 1)
            let group = shown["groups"]?[0]
            #expect(group?["name"] == "catalog" && group?["pending"] == 1 && group?["lag"] == .integer(length - 1))
            #expect(group?["lastDelivered"] == shown["firstEntry"])
        }
    }

    @Test("a purge says whether catalogs are to forget, too", arguments: [true, false])
    func purge(_ publish: Bool) async throws {
        try await APISite.with { site in
            let answer = try await site.ask("POST", path + "/purge", ["publish": .bool(publish)]).json
            #expect(answer["status"]?["phase"] == "purged" && answer["status"]?["known"] == 0)
            #expect(try await site.engine.catalog(of: "github").count == (publish ? 0 : 2))
        }
    }

    @Test("what is not known is 404 and says so")
    func unknown() async throws {
        try await APISite.with { site in
            for (method, end) in [
                ("GET", ""), ("GET", "/jobs"), ("GET", "/dead-jobs"), ("GET", "/stream"), ("POST", "/pause"),
            ] {
                let answer = try await site.ask(method, "/api/v1/providers/none\(end)")
                #expect(answer.status == 404 && answer.code == "unknown-provider")
            }
        }
    }
}
