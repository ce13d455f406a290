internal import Logging

extension Worker {
    /// Tells of this worker until it is cancelled: within a second when it does something else than it said last. Nothing depends on
    /// it: a Redis user that may not write it is told of once.
    func giveSignsOfLife() async {
        var hasFailed = false
        var said = (jobs: Set<String>?.none, elapsed: clock.stopwatch())
        repeat {
            let running = leases.running
            let jobs = Set(running.map { "\($0.job.id) \($0.job.fence) \($0.job.kind)" })
            guard jobs != said.jobs || said.elapsed() >= Store.signOfLifeInterval else { continue }
            said = (jobs, clock.stopwatch())
            do {
                try await store.announce(identity, slots: settings.concurrency, running: running)
                hasFailed = false
            } catch {
                if !hasFailed {
                    logger.warning("a sign of life could not be stored", metadata: [LogKey.error: "\(error)"])
                }
                hasFailed = true
            }
        } while (try? await clock.sleep(for: Store.newsInterval)) != nil
        // One that is not taken away expires.
        try? await store.depart(identity)
    }
}
