import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

extension EventSite {
    /// Runs a cycle, with the event at its moment.
    func run() async throws {
        let operations = engine.operations
        source.list(listed)
        switch moment {
        case .betweenCyclesOld, .betweenCyclesNew: try await arrive()
        case .resyncedOld, .resyncedNew:
            try await operations.resync(Self.name)
            try await arrive()
        case .repeated: try await arrive(id: "delivery-1")
        default: break
        }
        try await operations.start(Self.name)
        try await begin()
        try await finishCycle()
    }

    private var listed: [JSONText] {
        let list = moment.list(with: moment.listed(kind))
        switch moment {
        // There is something to sweep, whatever the event is.
        case .sweepBeforeStep, .sweepAfterStep, .heldApproved, .heldDiscarded: return list.dropLast()
        default: return list
        }
    }

    private func arrive(id: String? = nil) async throws { _ = try await event(kind.new, id: id) }

    /// The cycle as far as it takes for the moment.
    private func begin() async throws {
        let operations = engine.operations
        switch moment {
        case .betweenCyclesOld, .betweenCyclesNew, .resyncedOld, .resyncedNew: break
        case .claimedOld, .claimedNew:
            let job = try await claim()
            try await arrive()
            await engine.worker.perform(job)
        case .beforeReadOld, .beforeReadNew:
            try await burst()
            try await arrive()
        case .beforeReadInBurst:
            try await burst()
            let job = try await claim()
            try await arrive()
            await engine.worker.perform(job)
        case .readOld, .readNew:
            try await burst()
            try await burst(holding: .command("HMGET")) { try await arrive() }
        case .comparedOld, .comparedNew:
            try await burst()
            try await burst(holding: Self.commit) { try await arrive() }
        case .readAhead:
            try await burst(holding: Self.commit) {
                try await eventually { source.reads.last??["offset"] == 10 }
                try await arrive()
            }
        case .firstPart, .secondPart:
            try await burst(holding: Self.commit, after: 1) { try await arrive() }
        case .committedOld, .committedNew:
            for _ in 0..<2 { try await burst() }
            try await arrive()
        case .sweepBeforeStep, .sweepAfterStep:
            for _ in 0..<3 { try await burst() }
            try await burst(holding: Self.sweep, after: moment == .sweepBeforeStep ? 0 : 1) { try await arrive() }
        case .heldApproved, .heldDiscarded:
            try await engine.runCycle(Self.name)
            #expect(try await operations.status(of: Self.name).phase == .held)
            try await arrive()
            if moment == .heldDiscarded { try await operations.discardSweep(Self.name) }
        case .cancelledOld, .cancelledNew, .cancelledCommitted:
            for _ in 0..<(moment == .cancelledCommitted ? 2 : 1) { try await burst() }
            try await operations.cancel(Self.name)
            try await arrive()
            try await operations.resume(Self.name)
        case .cancelledThenLate, .lateThenCancelled, .pausedRead, .resyncedRead, .readResynced, .opposed,
            .opposedFirst, .repeated:
            try await burst()
            try await burst(holding: Self.commit) { try await arriveWithOthers() }
            try await goOn()
        }
    }

    /// The event and what else happens before the page, which was read before, is committed.
    private func arriveWithOthers() async throws {
        let operations = engine.operations
        switch moment {
        case .lateThenCancelled, .readResynced: try await arrive()
        case .opposedFirst, .repeated: _ = try await event(kind.opposite)
        default: break
        }
        switch moment {
        case .cancelledThenLate, .lateThenCancelled: try await operations.cancel(Self.name)
        case .pausedRead: _ = try await operations.pause(Self.name)
        case .resyncedRead, .readResynced: try await operations.resync(Self.name)
        default: break
        }
        switch moment {
        case .cancelledThenLate, .pausedRead, .resyncedRead, .opposed, .opposedFirst: try await arrive()
        case .repeated: #expect(try await event(kind.new, id: "delivery-1").isDuplicate)
        default: break
        }
        if moment == .opposed { _ = try await event(kind.opposite) }
    }

    private func goOn() async throws {
        switch moment {
        case .cancelledThenLate, .lateThenCancelled:
            source.list(moment.list(with: kind.new))
            try await engine.operations.resume(Self.name)
        case .pausedRead: try await engine.operations.resume(Self.name)
        default: break
        }
    }

    private static let commit = CrashCall.script("commit")
    private static let sweep = CrashCall.script("sweep")
}
