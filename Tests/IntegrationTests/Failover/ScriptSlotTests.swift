import Catalog
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

@testable import CatalogConsumer

@Suite struct ScriptSlotTests {
    @Test("Q12: all keys of every script are in one slot, those that it is given and those that it makes from prefixes")
    func oneSlot() async throws {
        let (source, other) = (TestSource(names: (0..<40).map { "e\($0)" }), TestSource(names: ["a"]))
        let provider = Provider.test("test", source) { $0.burstLength = .zero }
        let feed = Provider.test("feed", TestFeed(names: ["a", "b"])) { $0.changes = .seconds(30) }
        try await withEngine([provider, .test("other", other), feed], lanes: 3) { engine in
            try await withMonitor(of: engine.store.redis) { monitor in
                try await runEveryScript(engine, provider, source)
                try await withTemporaryDirectory { directory in
                    let consumer = CatalogConsumer(
                        redis: engine.store.redis.configuration,
                        sink: try SQLiteSink(path: directory + "/catalog.sqlite"),
                        // Short, so that it is renewed.
                        configuration: ConsumerConfiguration(leaseDuration: .milliseconds(300)),
                        logger: .quiet
                    )
                    _ = try await engine.store.redis.call("HSET", "tidemark:layout", "lanes", "3")
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await consumer.run() }
                        try await eventually {
                            let seen = Set(try monitor.runs().map(\.script))
                            return [ConsumerScripts.place, ConsumerScripts.renew, ConsumerScripts.trim].allSatisfy {
                                seen.contains($0.sha1)
                            }
                        }
                        group.cancelAll()
                    }
                    // One that is cancelled has no time to give its lease up.
                    let lease = ConsumerLease(
                        redis: engine.store.redis,
                        key: ConsumerKeys(prefix: "tidemark").provider("test", lane: 0, group: "another").lease,
                        holder: "holder",
                        duration: .seconds(5),
                        clock: ContinuousClock(),
                        logger: .quiet
                    )
                    let wasHeld = try await lease.hold {}
                    #expect(wasHeld)
                }
                let all = Scripts.all + ConsumerScripts.all
                let names = Dictionary(uniqueKeysWithValues: all.map { ($0.sha1, $0.name) })
                let seen = Set(try monitor.runs().map(\.script))
                #expect(names.filter { !seen.contains($0.key) }.map(\.value) == [])
                for run in try monitor.runs() {
                    let slots = Set(run.keys.map { HashSlot(ofKey: $0) })
                    #expect(slots.count == 1, "\(names[run.script] ?? run.script): \(run.keys)")
                }
            }
        }
    }

    /// Has every script of the engine do its work.
    private func runEveryScript(_ engine: TestEngine, _ provider: Provider, _ source: TestSource) async throws {
        let (store, operations) = (engine.store, engine.operations)
        _ = try await store.register(provider, limits: engine.settings.limits)
        let lane = store.lane(of: "test")
        func claimed() async throws -> Job {
            try #require(try await store.claim(1, on: lane, lease: engine.settings.lease).jobs.first)
        }
        let job = try await claimed()
        _ = try await store.renew([job], on: lane, lease: engine.settings.lease)
        try await store.release(job)
        _ = try await store.spend(of: "test", at: CallRate(calls: 10, per: .seconds(1)), waiting: .zero)
        _ = try await store.postpone("test", for: .zero)
        try await engine.runCycle("test")

        // A page that fails for good, and is run again; a cursor that expires.
        try await operations.start("test")
        let failing = try await claimed()
        guard case .success(let begun?) = try await store.begin(failing, lease: engine.settings.lease) else {
            throw Unexpected()
        }
        _ = try await store.fail(begun, error: "no", backoff: .zero, maxAttempts: 1, rest: .seconds(3_600))
        try await operations.start("test")
        let expiring = try await claimed()
        guard case .success(let second?) = try await store.begin(expiring, lease: engine.settings.lease) else {
            throw Unexpected()
        }
        _ = try await store.expire(second, error: "gone", rest: .seconds(3_600))
        try await engine.runCycle("test")
        // What is dead is of a cycle that is over: refused, and its keys are looked at all the same.
        await #expect(throws: (any Error).self) { try await operations.retry(failing.id) }

        // What changed since a cycle.
        try await engine.runCycle("feed")
        engine.time.advance(by: .seconds(31))
        await engine.worker.poll("feed")

        source.list([JSONText]())
        try await engine.runAnotherCycle("test")
        try await operations.discardSweep("test")
        try await engine.runAnotherCycle("test")
        try await operations.approveSweep("test")
        try await engine.runCycle("test")

        try await operations.trigger("test")
        try await operations.pause("test")
        try await operations.resume("test")
        try await operations.cancel("test")
        try await operations.resync("test")
        try await operations.apply(PreparedEvent(added: [], removed: []), to: provider)
        try await operations.purge("test", publish: true, locationKey: "test")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await engine.anotherWorker([]).run() }
            try await eventually { try await store.workers().count == 1 }
            group.cancelAll()
        }
        _ = try await store.raiseLayout()
    }
}

/// What one run of a script was given and touched.
private struct ScriptRun {
    let script: String
    var keys: [String]
}

/// What a server says of every command that it runs, those of scripts included.
private struct Monitor {
    let file: String

    func runs() throws -> [ScriptRun] {
        var runs: [ScriptRun] = []
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
            // 1700000000.000000 [0 unix:/path] "EVALSHA" "digest" "2" "first" "second" …
            let words = line.split(separator: "\"", omittingEmptySubsequences: false)
            let arguments = stride(from: 1, to: words.count, by: 2).map { String(words[$0]) }
            guard arguments.count > 1 else { continue }
            if arguments[0] == "EVALSHA", arguments.count > 2, let count = Int(arguments[2]) {
                runs.append(ScriptRun(script: arguments[1], keys: Array(arguments.dropFirst(3).prefix(count))))
            } else if line.contains("[0 lua]"), !runs.isEmpty {
                let hasSubcommand = ["XINFO", "XGROUP"].contains(arguments[0].uppercased())
                runs[runs.count - 1].keys.append(arguments[hasSubcommand ? 2 : 1])
            }
        }
        return runs
    }
}

/// Runs `body` while `redis-cli monitor` writes to a file.
private func withMonitor(of redis: RedisClient, _ body: (Monitor) async throws -> Void) async throws {
    guard case .unixSocket(let socket) = redis.configuration.address else { throw Unexpected() }
    try await withTemporaryDirectory { directory in
        let file = directory + "/monitor"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        var failure: (any Error)?
        _ = try await run(
            .name("sh"),
            arguments: ["-c", "exec redis-cli -s \(socket) monitor > \(file)"],
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            do {
                try await eventually { try String(contentsOfFile: file, encoding: .utf8).contains("OK") }
                try await body(Monitor(file: file))
            } catch {
                failure = error
            }
            try execution.send(signal: .kill)
        }
        if let failure { throw failure }
    }
}
