import Ingestion
import Subprocess
import TestSupport

/// A call of a worker, and what makes the worker call it.
struct WorkerCrashPoint: Sendable, CustomStringConvertible {
    let call: CrashCall
    /// Which of several such calls.
    var which = ""
    var earlier = 0
    /// Whether it happens in a second cycle; the first is done in this process.
    var isSecondCycle = true
    var settings = CrashSite.Settings()
    /// Before the process starts.
    var prepare: @Sendable (CrashSite) async throws -> Void = { _ in }
    /// While the process is at its first commit, when that has to be held for it.
    var atCommit: (@Sendable (CrashSite, TidemarkProcess) async throws -> Void)?

    var description: String { which.isEmpty ? "\(call)" : "\(call) (\(which))" }

    static let all: [WorkerCrashPoint] = scripts + commands

    private static let scripts: [WorkerCrashPoint] = [
        .init(call: .script("register"), isSecondCycle: false),
        .init(call: .script("claim"), which: "of a new job"),
        .init(call: .script("claim"), which: "of a job whose lease ran out") { site in
            let lane = site.engine.store.lane(of: CrashSite.name)
            _ = try await site.engine.store.claim(1, on: lane, lease: .milliseconds(1))
        },
        .init(call: .script("announce")),
        .init(call: .script("begin"), which: "of a cycle"),
        .init(
            call: .script("begin"),
            which: "that merges generations",
            settings: .init(entities: 2_100, chains: 1, pageSize: 350)
        ) { site in
            // A cycle that fails half-way leaves more than 1,000 refs in each of two generations.
            site.source.answerOnce(at: "0:1050", .json("{}", status: 500))
            try await site.engine.drain()
            try await site.engine.operations.start(CrashSite.name)
        },
        .init(call: .script("commit"), which: "of a fork"),
        .init(call: .script("commit"), which: "within a chain", earlier: 1),
        .init(call: .script("commit"), which: "of a chain's last page", earlier: 3),
        .init(call: .script("commit"), which: "of the last chain's last page", earlier: 6),
        .init(call: .script("finish"), settings: .init(burstLength: .milliseconds(1))),
        .init(call: .script("fail")) { $0.source.answerOnce(at: "0:5", .json("{}", status: 500)) },
        .init(call: .script("spend"), which: "before a page is read", earlier: 1),
        .init(call: .script("postpone")) {
            $0.source.answerOnce(at: "0:5", .json("{}", status: 429, headers: [("Retry-After", "2")]))
        },
        .init(call: .script("expire")) { $0.source.answerOnce(at: "0:5", .json("{}", status: 410)) },
        .init(
            call: .script("release"),
            which: "at SIGTERM",
            settings: .init(chains: 1),
            atCommit: { _, worker in
                try worker.send(.terminate)
                try await eventually { worker.lines.contains { $0.contains("stopping") } }
            }
        ),
        .init(
            call: .script("release"),
            which: "of a paused provider",
            atCommit: { site, _ in try await site.engine.operations.pause(CrashSite.name) }
        ),
        .init(call: .script("renew"), settings: .init(lease: .seconds(1))) { site in
            site.source.answerOnce(at: "0:5", .init(end: .stalled))
        },
        .init(call: .script("sweep"), which: "that removes"),
        .init(call: .script("sweep"), which: "that completes", earlier: 1),
        .init(call: .script("sweep"), which: "that is held", settings: .init(mostRemovals: 1)),
    ]

    /// What is no script: what it reads, where it waits, and what it notes before all else.
    private static let commands: [WorkerCrashPoint] = [
        .init(call: .command("HSETNX"), which: "of the number of lanes", isSecondCycle: false),
        .init(call: .command("HMGET"), which: "of the digests"),
        .init(call: .command("BZPOPMIN"), which: "of a wake marker"),
    ]
}
