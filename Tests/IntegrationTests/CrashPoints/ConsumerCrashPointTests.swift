import CatalogConsumer
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// A call of a consumer at which it dies or freezes.
struct ConsumerCrashPoint: Sendable, CustomStringConvertible {
    let call: CrashCall
    var which = ""
    var earlier = 0
    var lease = Duration.seconds(30)
    /// Whether it comes only when the process is asked to stop.
    var isAtEnd = false
    /// Whether Redis has lost entries that are stored: it has all published anew then, which is no write under the lease.
    var hasLost = false

    var description: String { which.isEmpty ? "\(call)" : "\(call) (\(which))" }

    static let all: [ConsumerCrashPoint] = [
        .init(call: .script("acquire")),
        .init(call: .script("renew"), lease: .seconds(1)),
        .init(call: .script("release"), isAtEnd: true),
        .init(call: .script("place"), which: "after the sink's transaction"),
        .init(call: .script("trim")),
        .init(call: .script("resync"), which: "after Redis has lost what is stored", hasLost: true),
        .init(call: .command("HGET"), which: "of the number of lanes"),
        .init(call: .script("join")),
        .init(call: .command("XREAD"), which: "before the sink's transaction"),
        // The two before it are how a consumer finds where to start.
        .init(call: .script("state"), which: "the check before the sink's transaction", earlier: 2),
    ]
}

@Suite(.serialized) struct ConsumerCrashPointTests {
    /// Its own, and the one of the engine that it calls.
    private static let calls = ConsumerScripts.all + [Scripts.resync]
    private static let scripts = Dictionary(
        calls.map { ($0.sha1, $0.name) },
        uniquingKeysWith: { first, _ in first }
    )

    @Test("every script of a consumer has a crash point, and no other")
    func allScripts() {
        let covered = ConsumerCrashPoint.all.compactMap { if case .script(let name) = $0.call { name } else { nil } }
        #expect(Set(covered) == Set(Self.scripts.values))
    }

    @Test("a consumer at", arguments: ConsumerCrashPoint.all, CrashFault.all)
    func crash(_ point: ConsumerCrashPoint, _ fault: CrashFault) async throws {
        try await withCrashSite(CrashSite.Settings(lease: point.lease)) { site in
            _ = try await site.engine.store.register(site.provider, limits: site.engine.settings.limits)
            try await site.engine.runCycle(CrashSite.name)
            if point.hasLost { try await site.loseWhatIsStored() }
            site.proxy.hold(fault.position, after: point.earlier, where: point.call.matcher(Self.calls))
            try await withTidemark(["consume"], name: "consume", in: site.directory) { process in
                if point.isAtEnd {
                    try await eventually { process.lines.contains { $0.contains("consuming") } }
                    try process.send(.terminate)
                }
                try await eventually { site.proxy.isHolding }
                switch fault.end {
                case .killed: try process.send(.kill)
                case .frozen:
                    try process.send(.suspend)
                    try await takeOver(site) { try await wake(process, site, changesNothing: !point.hasLost) }
                }
                try await eventually { process.hasEnded }
            }
            if fault.end == .killed { try await takeOver(site) {} }
            try await site.check(processMayCall: Self.scripts)
            if !point.hasLost { try await expectAppliedOnce(site) }
        }
        print("ok: consumer, \(point), \(fault)")
    }

    /// Another consumer goes on, while a second cycle runs.
    private func takeOver(_ site: CrashSite, _ body: () async throws -> Void) async throws {
        try await site.whileConsuming { other in
            site.changeSource()
            try await site.engine.operations.start(CrashSite.name)
            try await site.finishCycle(completing: 2)
            try await site.hasCaughtUp(other)
            try await body()
        }
    }

    /// Lets a frozen consumer go on, beside the one that took over: it changes neither Redis nor the catalog.
    private func wake(_ process: TidemarkProcess, _ site: CrashSite, changesNothing: Bool) async throws {
        let (before, catalog) = (try await site.snapshot(), try await site.catalog())
        site.proxy.letGo()
        try await eventually { site.proxy.isAnswered }
        if changesNothing { #expect(try await site.snapshot() == before) }
        try process.send(.resume)
        try process.send(.terminate)
        try await eventually { process.hasEnded }
        if changesNothing { #expect(try await site.snapshot() == before) }
        #expect(try await site.catalog() == catalog)
    }

    /// What the sink counted: each entity is added, changed and removed once.
    private func expectAppliedOnce(_ site: CrashSite) async throws {
        let cycles = try await SQLiteCatalog(readingAt: site.catalogPath).cycles(provider: CrashSite.name, limit: 10)
        #expect(cycles.map(\.counts.added).reduce(0, +) == 27)
        #expect(cycles.map(\.counts.changed).reduce(0, +) == 3)
        #expect(cycles.map(\.counts.removed).reduce(0, +) == 4)
        #expect(cycles.map(\.counts.unchanged).reduce(0, +) == 0)
    }
}
