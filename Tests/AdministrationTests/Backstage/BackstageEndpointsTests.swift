import Catalog
import Ingestion
import TestSupport
import Testing

@testable import Administration

/// The routes of Backstage's module over a real server and a real Redis, in each state of a provider.
@Suite struct BackstageEndpointsTests {
    private let path = "/incremental/providers/github"

    private func action(_ site: APISite) async throws -> String? {
        let answer = try await site.ask("GET", path, token: APISite.read.text)
        #expect(answer.status == 200 && answer.json["success"] == true)
        return answer.json["status"]?["current_action"]?.string
    }

    @Test("a provider is bursting, interstitial, backing off and resting, as its bursts go")
    func states() async throws {
        try await APISite.with(
            .init(
                names: (0..<6).map { "e\($0)" },
                provider: {
                    $0.burstLength = .zero
                    $0.burstInterval = .seconds(3)
                }
            )
        ) { site in
            #expect(try await action(site) == "resting")
            let resting = try await site.ask("GET", path).json
            #expect(resting["status"]?["next_action"] == "rest" && resting["last_error"] == .null)
            #expect(resting["status"]?["next_action_at"]?.string?.hasSuffix("Z") == true)

            #expect(
                try await site.ask("POST", "\(path)/start").json == [
                    "success": true, "message": "github: Next cycle triggered.",
                ]
            )
            #expect(
                try await site.ask("GET", path).json == [
                    "success": true, "status": ["current_action": "rest complete, waiting to start"],
                ]
            )
            let again = try await site.ask("POST", "\(path)/start").json
            #expect(again == ["success": true, "message": "Provider is already restarting"])
            #expect(
                try await site.ask("POST", "\(path)/trigger").json
                    == ["success": true, "message": "Unable to trigger next action (provider is restarting)"]
            )
            #expect(
                try await site.ask("GET", "\(path)/marks").json
                    == ["success": true, "message": "No records yet (provider is restarting)"]
            )

            try await site.engine.drain()
            #expect(try await action(site) == "interstitial")
            let records = try await site.ask("GET", "\(path)/marks").json["records"]?.array
            #expect(records?.count == 1 && records?[0]["sequence"] == 1 && records?[0]["cursor"]?["offset"] == 2)

            #expect(try await site.ask("POST", "\(path)/trigger").json["message"] == "github: Next action triggered.")
            #expect(try await action(site) == "bursting")

            site.source.intercept { _ in throw SourceError(.unavailable, "the source is away") }
            try await site.engine.drain()
            let failed = try await site.ask("GET", path).json
            #expect(
                failed["status"]?["current_action"] == "backing off" && failed["status"]?["next_action"] == "backoff"
            )
            #expect(failed["last_error"]?.string?.contains("the source is away") == true)

            site.source.intercept(nil)
            try await site.ask("POST", "\(path)/trigger")
            try await site.engine.runCycle("github")
            #expect(try await action(site) == "resting")
            #expect(try await site.ask("GET", "\(path)/marks").json == ["success": true, "records": []])
        }
    }

    @Test(
        "U1: a cancelled provider waits for a day, and goes on when it is resumed, triggered or started",
        arguments: ["resume", "trigger", "start"]
    )
    func cancelThenResume(_ way: String) async throws {
        try await APISite.with { site in
            try await site.engine.operations.start("github")
            let cancelled = try await site.ask("POST", "\(path)/cancel")
            #expect(cancelled.json == ["success": true, "message": "github: Current ingestion canceled."])
            let status = try await site.engine.operations.status(of: "github")
            #expect(status.phase == .cancelled && status.due.map { $0 - status.at > 86_300_000 } == true)
            let shown = try await site.ask("GET", path).json["status"]
            #expect(shown?["current_action"] == "resting" && shown?["next_action"] == "nothing (canceled)")
            try await site.engine.drain()
            #expect(try await action(site) == "resting")

            let goOn = way == "resume" ? "/api/v1/providers/github/resume" : "\(path)/\(way)"
            #expect(try await site.ask("POST", goOn).status == 200)
            try await site.engine.runCycle("github")
            let after = try await site.engine.operations.status(of: "github")
            #expect(after.phase == .resting && after.completed == 2)
            #expect(try await site.engine.violations(of: "github").isEmpty)
        }
    }

    @Test("U6: a burst that runs while its cycle is cancelled overwrites nothing")
    func cancelDuringBurst() async throws {
        try await APISite.with { site in
            try await site.engine.operations.start("github")
            let (reading, goOn) = (Barrier(2), Barrier(2))
            site.source.intercept { _ in
                await reading.arrive()
                await goOn.arrive()
                return nil
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                let job = try #require(try await site.engine.claim(1).first)
                group.addTask { await site.engine.worker.perform(job) }
                await reading.arrive()
                try await site.ask("POST", "\(path)/cancel")
                await goOn.arrive()
                try await group.waitForAll()
            }
            #expect(try await site.engine.operations.status(of: "github").phase == .cancelled)
            #expect(try await action(site) == "resting")
        }
    }

    @Test(
        "U9: a reset keeps what is known: after it everything is published anew, and what is gone is removed",
        arguments: [false, true]
    )
    func reset(_ all: Bool) async throws {
        try await APISite.with(.init(names: ["a", "b", "c", "d"])) { site in
            let answer = all ? try await site.ask("POST", "/incremental/cleanup") : try await site.ask("DELETE", path)
            #expect(answer.status == 200 && answer.json["markEntitiesDeleted"] == 0)
            #expect(all || answer.json["provider"] == "github")
            #expect(try await action(site) == "resting")
            #expect(try await site.engine.operations.status(of: "github").known == 4)

            let before = try await site.engine.deltas(of: "github").count
            site.source.list(["a", "b", "c"].map { TestSource.entity($0) })
            site.engine.time.advance(by: .seconds(86_401))
            try await site.engine.runCycle("github")
            let deltas = try await site.engine.deltas(of: "github").dropFirst(before)
            #expect(Set(deltas.flatMap(\.added).map(\.entity.ref.name)) == ["a", "b", "c"])
            #expect(deltas.flatMap(\.removed).map(\.entityRef.name) == ["d"])
            #expect(try await site.engine.violations(of: "github").isEmpty)
        }
    }

    @Test("marks that are of no more use are none, and the next sweep finds all that is gone")
    func clearMarks() async throws {
        try await APISite.with(.init(names: ["a", "b", "c", "d"])) { site in
            let answer = try await site.ask("DELETE", "\(path)/marks").json
            #expect(answer["message"] == "Expired marks for provider 'github' removed.")
            #expect(answer["deletions"]?["deletions"]?["marksDeleted"] == 0)
            site.source.list(["a", "b", "c"].map { TestSource.entity($0) })
            try await site.engine.runAnotherCycle("github")
            #expect(try await site.engine.catalog(of: "github").count == 3)
        }
    }

    @Test("a provider that is not known is 404 in Backstage's shapes")
    func unknown() async throws {
        try await APISite.with { site in
            let missing = JSON.string("Provider 'none' not found")
            for (method, end) in [("GET", ""), ("GET", "/marks"), ("DELETE", ""), ("DELETE", "/marks")] {
                let answer = try await site.ask(method, "/incremental/providers/none\(end)")
                #expect(
                    answer.status == 404 && answer.json == ["success": false, "status": [:], "last_error": missing]
                )
            }
            for end in ["trigger", "start", "cancel"] {
                let answer = try await site.ask("POST", "/incremental/providers/none/\(end)")
                #expect(answer.status == 404 && answer.json == ["success": false, "message": missing])
            }
            #expect(
                try await site.ask("GET", "/incremental/providers").json == ["success": true, "providers": ["github"]]
            )
        }
    }

    @Test("a paused provider is not triggered; health says what is wrong with whom")
    func pausedAndHealth() async throws {
        try await APISite.with(.init(names: ["a", "b", "c", "d"])) { site in
            try await site.engine.operations.pause("github")
            #expect(try await site.ask("POST", "\(path)/trigger").status == 409)
            try await site.engine.operations.resume("github")
            try await withLivingWorker(site) {
                #expect(try await site.ask("GET", "/incremental/health").json == ["healthy": true])
                site.source.list([JSONText]())
                try await site.engine.operations.start("github")
                try await eventually { try await site.engine.operations.status(of: "github").phase == .held }
                let answer = try await site.ask("GET", "/incremental/health").json
                #expect(answer["healthy"] == false && answer["duplicateIngestions"] == [])
                #expect(answer["problems"]?["github"]?[0]?.string?.hasPrefix("held: ") == true)
            }
        }
    }
}

/// Runs the site's worker, which has given a sign of life when `body` begins.
func withLivingWorker(_ site: APISite, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await site.engine.worker.run() }
        try await eventually { try await site.engine.store.workers().count == 1 }
        defer { group.cancelAll() }
        try await body()
    }
}
