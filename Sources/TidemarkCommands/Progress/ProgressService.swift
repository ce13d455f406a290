internal import Administration
internal import CatalogConsumer
internal import Ingestion
internal import ServiceLifecycle

/// Reads the status of all providers again and again, and has it shown.
struct ProgressService: Service {
    let operations: Operations
    let display: any ProgressDisplay
    let catalog: SQLiteCatalog?
    let consumer: CatalogConsumer?

    func run() async throws {
        defer { display.end() }
        // It only ends by shutdown or cancellation, and has nothing to put right.
        try? await cancelWhenGracefulShutdown { try await watch() }
    }

    private func watch() async throws {
        var meters = [String: RateMeter]()
        var last = ProgressSnapshot(providers: [])
        while true {
            let began = ContinuousClock.now
            do {
                last = try await snapshot(&meters)
            } catch is CancellationError {
                return
            } catch {
                last.trouble = "\(error)"
            }
            display.show(last)
            // However many providers there are, watching them takes a tenth of the time at most.
            try await Task.sleep(for: max(display.interval, began.duration(to: .now) * 9))
        }
    }

    private func snapshot(_ meters: inout [String: RateMeter]) async throws -> ProgressSnapshot {
        let failing = consumer?.status.providers.compactMapValues { $0.state == .failing ? $0.error : nil } ?? [:]
        var snapshot = ProgressSnapshot(providers: [])
        for status in try await operations.statuses() {
            meters[status.name, default: RateMeter()].add(
                status.counts.marked,
                generation: status.generation,
                at: status.at
            )
            let works = status.phase == .running || status.phase == .starting
            snapshot.providers.append(
                ProgressSnapshot.Provider(
                    status: status,
                    rate: works ? meters[status.name]?.perSecond ?? 0 : 0,
                    consumerError: failing[status.name]?.message
                )
            )
        }
        snapshot.catalogEntities = try await catalog?.count()
        return snapshot
    }
}
