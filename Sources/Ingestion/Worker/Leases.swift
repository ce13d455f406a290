internal import Synchronization

/// The jobs that this worker holds, and how to interrupt the burst of each.
final class Leases: Sendable {
    private struct Held {
        var job: Job
        let interruption: Interruption
        let since = ContinuousClock.now
    }

    private let held = Mutex<[String: Held]>([:])

    func add(_ job: Job, _ interruption: Interruption) {
        held.withLock { $0[job.id] = Held(job: job, interruption: interruption) }
    }

    /// The job has become another in its burst: one that began a cycle reads its first pages.
    func update(_ job: Job) {
        held.withLock { if $0[job.id]?.job.fence == job.fence { $0[job.id]?.job = job } }
    }

    func remove(_ job: Job) {
        held.withLock { entries in
            // The same job may have been claimed again by this worker meanwhile.
            if entries[job.id]?.job.fence == job.fence { entries[job.id] = nil }
        }
    }

    var jobs: [Job] { held.withLock { $0.values.map(\.job) } }

    /// The same, with the time that each burst has run.
    var running: [(job: Job, time: Duration)] {
        held.withLock { $0.values.map { ($0.job, $0.since.duration(to: .now)) } }
    }

    /// Interrupts the bursts whose leases were lost.
    func lost(_ ids: [String]) {
        let interruptions = held.withLock { entries in ids.compactMap { entries[$0]?.interruption } }
        for interruption in interruptions { interruption.fire(.refused) }
    }
}
