internal import CatalogConsumer
internal import Ingestion
internal import Redis

/// Waits for cycles to be completed, and for the catalog to have them.
struct CycleWatch: Sendable {
    let operations: Operations
    let providers: [String]
    /// The catalog that has to have stored a cycle before it counts; nil when another process consumes.
    let catalog: SQLiteCatalog?

    /// How many cycles each provider has completed; none if Redis does not know it yet.
    func completed() async throws -> [String: Int] {
        var completed = [String: Int]()
        for name in providers { completed[name] = try await status(of: name)?.completed ?? 0 }
        return completed
    }

    /// Makes the next cycle of every provider that rests due now.
    func trigger() async throws {
        for name in providers where try await status(of: name)?.phase == .resting {
            try await operations.trigger(name)
        }
    }

    /// Returns when each provider has completed `cycles` more cycles than `before`.
    ///
    /// - Throws: ``CommandFailure`` when one cannot go on without a person.
    func wait(for cycles: Int, since before: [String: Int]) async throws {
        for name in providers {
            while true {
                do {
                    if try await hasCompleted(cycles + (before[name] ?? 0), name) { break }
                } catch let error as RedisError where error.code != .server {
                    // The display and the workers say so; here it only takes longer.
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func hasCompleted(_ cycles: Int, _ name: String) async throws -> Bool {
        guard let status = try await status(of: name) else { return false }
        try Self.check(status)
        guard status.completed >= cycles else { return false }
        guard let catalog else { return true }
        guard let cycle = try await catalog.cycles(provider: name, limit: 1).first else { return false }
        return cycle.generation > status.generation || cycle.completed != nil && cycle.generation == status.generation
    }

    private func status(of name: String) async throws -> ProviderStatus? {
        do {
            return try await operations.status(of: name)
        } catch let error as OperationError where error.code == .unknownProvider {
            return nil  // No worker has registered it yet.
        }
    }

    private static func check(_ status: ProviderStatus) throws {
        let name = status.name
        if status.pausedSince != nil {
            throw CommandFailure(.refused, "\(name) is paused", mend: "`tidemark resume \(name)` lets it go on")
        }
        switch status.phase {
        case .starting, .running, .sweeping, .resting: return
        case .held:
            throw CommandFailure(
                .refused,
                "the sweep of \(name) is held: \(status.held?.reason ?? "its guard says so")",
                mend: "`tidemark sweep show \(name)` lists it; then approve or discard it"
            )
        case .failed:
            throw CommandFailure(
                .failure,
                "the cycle of \(name) failed: \(status.error ?? "a chain was given up on")",
                mend: "`tidemark show \(name)` lists what was given up on; `tidemark retry \(name)` tries it again"
            )
        case .cancelled, .purging, .purged:
            throw CommandFailure(
                .refused,
                "the cycle of \(name) was ended: it is \(status.phase.rawValue)",
                mend: "`tidemark start \(name)` begins another"
            )
        }
    }
}
