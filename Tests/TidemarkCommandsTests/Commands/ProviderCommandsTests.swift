import Catalog
import Foundation
import Ingestion
import Redis
import TestSupport
import Testing

@testable import TidemarkCommands

/// The commands on a provider, as scripts call them: against a real Redis, by exit code and output.
@Suite struct ProviderCommandsTests {
    /// Runs `body` with a provider that has completed one cycle, and the URL of its Redis.
    private func withProvider(_ body: (TestEngine, String) async throws -> Void) async throws {
        let source = TestSource([[]])
        source.list([TestSource.entity("a"), TestSource.entity("b"), JSONText("{\"kind\":\"Component\"}")])
        try await withEngine([.test("github", source)]) { engine in
            try await engine.runCycle("github")
            guard case .unixSocket(let path) = engine.store.redis.configuration.address else { throw Unexpected() }
            try await body(engine, "redis+unix://\(path)")
        }
    }

    private func run(_ url: String, _ arguments: String...) async -> (status: Int32, output: String, errors: String) {
        let test = TestConsole()
        let status = await Console.$current.withValue(test.console()) {
            await CommandLineInterface.run(arguments + ["--redis-url", url])
        }
        return (status, test.output, test.errors)
    }

    @Test func statusAndShow() async throws {
        try await withProvider { _, url in
            let status = await run(url, "status")
            #expect(status.status == 0)
            #expect(status.output.contains("github"))
            #expect(status.output.contains("resting"))
            let json = try JSON(parsing: await run(url, "status", "--json").output)
            #expect(json[0]?["known"] == 2)
            #expect(json[0]?["cycle"]?["rejected"] == 1)
            let show = await run(url, "show", "github")
            #expect(show.output.contains("2 added, 0 changed, 0 unchanged, 0 removed"))
            let detail = try JSON(parsing: await run(url, "show", "github", "--json").output)
            #expect(detail["deadJobs"] == [])
        }
    }

    @Test func theLastCyclesAreListed() async throws {
        try await withProvider { engine, url in
            try await Operations(store: engine.store).start("github")
            let list = await run(url, "history", "github")
            #expect(list.status == 0)
            #expect(list.output.contains("completed"))
            let json = try JSON(parsing: await run(url, "history", "github", "--json").output)
            #expect(json.array?.count == 1)
            #expect(json[0]?["added"] == 2)
            #expect(json[0]?["outcome"] == "completed")
        }
    }

    @Test func rejectedEntitiesHaveTheirReason() async throws {
        try await withProvider { _, url in
            let rejected = await run(url, "rejected", "github")
            #expect(rejected.status == 0)
            #expect(rejected.output.contains("apiVersion"))
            let json = try JSON(parsing: await run(url, "rejected", "github", "--json").output)
            #expect(json.array?.count == 1)
        }
    }

    @Test(arguments: [
        "show", "trigger", "start", "cancel", "pause", "resume", "resync", "purge", "rejected", "retry", "history",
    ])
    func anUnknownProviderIs3(_ command: String) async throws {
        try await withProvider { _, url in
            let (status, output, errors) = await run(url, command, "githib")
            #expect(status == 3)
            #expect(output.isEmpty)
            #expect(errors == "error: Redis knows no provider `githib`\n  to do: did you mean `github`?\n")
        }
    }

    @Test(
        "what nobody of ours wrote into Redis is shown or refused, and ends no command",
        arguments: [
            [
                "HSET", "{tidemark:0}:provider:github", "due", "1e300", "started", "-9e18", "ended", "nan",
                "completed_at", "inf",
            ],
            ["HSET", "{tidemark:0}:provider:github", "due", "9223372036854775807", "waits", "rest", "error_at", "-1"],
            [
                "HSET", "{tidemark:0}:provider:github", "pages", "x", "outstanding", "-3", "failures", "1e18", "status",
                "odd",
            ],
            ["HSET", "{tidemark:0}:provider:github", "error", "\u{1B}[2J\u{7}\nodd", "held", "", "held_known", "-1"],
            ["HSET", "{tidemark:0}:provider:github", "generation", "9223372036854775807", "previous", "x"],
            ["HSET", "{tidemark:0}:provider:github", "generation", "x"], ["SET", "{tidemark:0}:provider:github", "x"],
            ["SADD", "{tidemark:0}:providers", "a\nb", "../x"], ["HSET", "tidemark:layout", "lanes", "0"],
            ["HSET", "tidemark:layout", "lanes", "-5"], ["RPUSH", "{tidemark:0}:jobs:dead", ":", "odd", "github:x"],
            ["XADD", "{tidemark:0}:provider:github:deltas", "*", "odd", "x"],
            ["XADD", "{tidemark:0}:provider:github:rejected", "*", "generation", "1e300"],
            [
                "XADD", "{tidemark:0}:provider:github:history", "*", "generation", "3", "outcome", "?", "started",
                "-9e15",
                "ended", "9e15",
            ],
        ]
    )
    func nonsenseInRedis(_ command: [String]) async throws {
        try await withProvider { engine, url in
            let redis = engine.store.redis
            if command[0] == "SET" { _ = try await redis.call("DEL", command[1]) }
            _ = try await redis.send(RedisCommand(command[0], arguments: Array(command.dropFirst())))
            let lines: [[String]] = [
                ["status"], ["status", "--json"], ["show", "github"], ["show", "github", "--json"], ["verify"],
                ["rejected", "github"], ["history", "github"], ["sweep", "show", "github"], ["trigger", "github"],
                ["retry", "github"],
            ]
            for line in lines {
                let test = TestConsole()
                let status = await Console.$current.withValue(test.console()) {
                    await CommandLineInterface.run(line + ["--redis-url", url])
                }
                // A control character of Redis never reaches the terminal.
                #expect(!(test.output + test.errors).contains("\u{1B}"), "\(line)")
                #expect(status == 0 || !(test.output + test.errors).isEmpty, "\(line)")
            }
        }
    }

    @Test func whatAStateDoesNotAllowIs4() async throws {
        try await withProvider { _, url in
            #expect(await run(url, "sweep", "approve", "github").status == 4)
            #expect(await run(url, "sweep", "discard", "github").status == 4)
            #expect(await run(url, "resume", "github").status == 4)
            #expect(await run(url, "retry", "github").status == 4)
            #expect(await run(url, "retry", "github", "github:none").status == 3)
            #expect(await run(url, "pause", "github").status == 0)
            #expect(await run(url, "trigger", "github").status == 4)
        }
    }

    @Test func operationsDoWhatTheySay() async throws {
        try await withProvider { engine, url in
            func status() async throws -> ProviderStatus {
                try await Operations(store: engine.store).status(of: "github")
            }
            #expect(
                await run(url, "pause", "github").output == "github: paused; `tidemark resume github` lets it go on.\n"
            )
            #expect(await run(url, "pause", "github").output == "github: was paused already.\n")
            let paused = try await status()
            #expect(paused.pausedSince != nil)
            #expect(await run(url, "resume", "github").status == 0)
            let resumed = try await status()
            #expect(resumed.pausedSince == nil)

            #expect(await run(url, "trigger", "github").output == "github: 1 job made due now.\n")
            #expect(await run(url, "start", "github").status == 0)
            let cancel = await run(url, "cancel", "github", "--for", "2h")
            #expect(cancel.output.contains("comes in 2h"))
            let cancelled = try await status()
            #expect(cancelled.phase == .cancelled)
            #expect((cancelled.due ?? 0) - cancelled.at > 7_190_000)

            #expect(await run(url, "resync", "github").status == 0)
            let purge = try JSON(parsing: await run(url, "purge", "github", "--publish", "--json").output)
            #expect(purge["operation"] == "purge")
            let purged = try await status()
            #expect(purged.phase == .purged)
        }
    }

    @Test func theSweepIsListed() async throws {
        try await withProvider { _, url in
            let sweep = await run(url, "sweep", "show", "github")
            #expect(sweep.status == 0)
            #expect(sweep.output.hasPrefix("No sweep of github is held."))
        }
    }

    @Test func verifyIs6WhenAnInvariantIsViolated() async throws {
        try await withProvider { engine, url in
            let sound = await run(url, "verify")
            #expect(sound.status == 0)
            #expect(sound.output.contains("Every invariant that was checked holds"))
            _ = try await engine.store.redis.send(RedisCommand("LPUSH", engine.store.lane(0).ready, "github:lost"))
            let (status, output, _) = await run(url, "verify", "github", "--json")
            #expect(status == 6)
            let report = try JSON(parsing: output)
            #expect(report["holds"] == false)
            #expect(await run(url, "verify", "nope").status == 3)
        }
    }

    @Test("the signs of life that workers give while verify looks do not disturb it")
    func verifyBesideWorkers() async throws {
        try await withProvider { engine, url in
            let (redis, key) = (engine.store.redis, engine.store.keys(of: "github").hash)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    var time = 0
                    while !Task.isCancelled {
                        time += 1
                        _ = try? await redis.send(RedisCommand("HSET", key, "served_at", "\(time)"))
                    }
                }
                let verify = await run(url, "verify", "github")
                #expect(!verify.output.contains("never held still"), "\(verify.output)")
                group.cancelAll()
            }
        }
    }

    @Test("Without a file, the number of lanes is what Redis is laid out with; a file that says otherwise is an error")
    func lanesAreThoseOfRedis() async throws {
        let source = TestSource([[]])
        try await withEngine([.test("a", source), .test("b", source), .test("c", source)], lanes: 3) { engine in
            try await Preflight.agreeOnLanes(engine.store)
            guard case .unixSocket(let path) = engine.store.redis.configuration.address else { throw Unexpected() }
            let json = try JSON(parsing: await run("redis+unix://\(path)", "status", "--json").output)
            #expect(json.array?.compactMap { $0["name"]?.string } == ["a", "b", "c"])
            try await withTemporaryDirectory { directory in
                let file = directory + "/t.yaml"
                try "redis: {lanes: 2}\nproviders: {a: {source: {exec: {command: [a]}}}}"
                    .write(toFile: file, atomically: true, encoding: .utf8)
                let (status, _, errors) = await run("redis+unix://\(path)", "status", "-c", file)
                #expect(status == 2)
                #expect(errors.contains("set redis.lanes to 3"))
            }
        }
    }
}
