internal import Synchronization

/// The jobs that this worker holds, and how to interrupt the burst of each.
final class Leases: Sendable {
    private let held = Mutex<[String: (job: Job, interruption: Interruption)]>([:])

    func add(_ job: Job, _ interruption: Interruption) {
        held.withLock { $0[job.id] = (job, interruption) }
    }

    func remove(_ job: Job) {
        held.withLock { entries in
            // The same job may have been claimed again by this worker meanwhile.
            if entries[job.id]?.job.fence == job.fence { entries[job.id] = nil }
        }
    }

    var jobs: [Job] { held.withLock { $0.values.map(\.job) } }

    /// Interrupts the bursts whose leases were lost.
    func lost(_ ids: [String]) {
        let interruptions = held.withLock { entries in ids.compactMap { entries[$0]?.interruption } }
        for interruption in interruptions { interruption.fire(.refused) }
    }
}
