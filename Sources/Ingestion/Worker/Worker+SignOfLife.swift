internal import Logging

extension Worker {
    /// Tells of this worker until it is cancelled. Nothing depends on it: a Redis user that may not write it is told of once.
    func giveSignsOfLife() async {
        var hasFailed = false
        repeat {
            do {
                try await store.announce(identity, slots: settings.concurrency, running: leases.running)
                hasFailed = false
            } catch {
                if !hasFailed {
                    logger.warning("a sign of life could not be stored", metadata: [LogKey.error: "\(error)"])
                }
                hasFailed = true
            }
        } while (try? await clock.sleep(for: Store.signOfLifeInterval)) != nil
        // One that is not taken away expires.
        try? await store.depart(identity)
    }
}
