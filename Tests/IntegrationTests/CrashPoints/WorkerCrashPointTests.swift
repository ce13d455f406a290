import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

@Suite(.serialized) struct WorkerCrashPointTests {
    private static let scripts = Dictionary(
        Scripts.ofWorkers.map { ($0.sha1, $0.name) },
        uniquingKeysWith: { first, _ in first }
    )

    @Test("every script that a worker can call has a crash point, and no other")
    func allScripts() {
        let covered = Set(WorkerCrashPoint.all.compactMap { if case .script(let name) = $0.call { name } else { nil } })
        #expect(covered.union(FeedCrashPointTests.scripts) == Set(Self.scripts.values))
        #expect(Scripts.ofOperators.isSubset(of: Scripts.all.map(\.name)))
    }

    @Test("a worker at", arguments: WorkerCrashPoint.all, CrashFault.all)
    func crash(_ point: WorkerCrashPoint, _ fault: CrashFault) async throws {
        try await withCrashSite(point.settings) { site in
            if point.isSecondCycle {
                _ = try await site.engine.store.register(site.provider, limits: site.engine.settings.limits)
                try await site.engine.runCycle(CrashSite.name)
                site.changeSource()
                try await site.engine.operations.start(CrashSite.name)
            }
            try await point.prepare(site)
            let cycles = point.isSecondCycle ? 2 : 1
            arm(point, fault.position, site.proxy)
            try await withTidemark(["worker"], name: "worker", in: site.directory) { worker in
                try await bring(worker, to: point, fault.position, site)
                switch fault.end {
                case .killed: try worker.send(.kill)
                case .frozen:
                    try worker.send(.suspend)
                    try await site.finishCycle(completing: cycles)
                    try await wake(worker, site)
                }
                try await eventually { worker.hasEnded }
            }
            if fault.end == .killed { try await site.finishCycle(completing: cycles) }
            try await site.check(processMayCall: Self.scripts)
        }
        print("ok: worker, \(point), \(fault)")
    }

    /// Before the process starts: its first calls come soon.
    private func arm(_ point: WorkerCrashPoint, _ position: CallPosition, _ proxy: FaultyProxy) {
        if point.atCommit == nil {
            proxy.hold(position, after: point.earlier, where: point.call.matcher(Scripts.all))
        } else {
            proxy.hold(.request, where: CrashCall.script("commit").matcher(Scripts.all))
        }
    }

    /// Waits until the call is held.
    private func bring(
        _ worker: TidemarkProcess,
        to point: WorkerCrashPoint,
        _ position: CallPosition,
        _ site: CrashSite
    ) async throws {
        try await eventually { site.proxy.isHolding }
        guard let atCommit = point.atCommit else { return }
        try await atCommit(site, worker)
        site.proxy.letGo(holding: position, where: point.call.matcher(Scripts.all))
        try await eventually { site.proxy.isHolding }
    }

    /// Lets a frozen worker go on: what it wrote late, and all that it does until it has ended, changes nothing.
    private func wake(_ worker: TidemarkProcess, _ site: CrashSite) async throws {
        let before = try await site.snapshot()
        site.proxy.letGo()
        try await eventually { site.proxy.isAnswered }
        #expect(try await site.snapshot() == before)
        try worker.send(.resume)
        try worker.send(.terminate)
        try await eventually { worker.hasEnded }
        #expect(try await site.snapshot() == before)
    }
}
