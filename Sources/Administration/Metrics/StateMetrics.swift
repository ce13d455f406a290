package import Ingestion
package import Logging
internal import ServiceLifecycle
internal import Synchronization

/// What Redis says of providers, jobs and streams, read when somebody asks: once a second at the most, once for all who ask, and never
/// twice at a time.
///
/// It depends on Redis, and is shut down before the server.
package final class StateMetrics: Service {
    /// Nil families: Redis could not be read.
    private typealias Signal = AsyncStream<[MetricFamily]?>.Continuation

    private struct State {
        var families: [MetricFamily]?
        /// Until when that is new enough.
        var until: ContinuousClock.Instant?
        var waiting: [Int: Signal] = [:]
        var lastID = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let inventory: ProviderInventory
    /// For how long what was read is new enough.
    private let freshness: Duration
    /// For how long whoever asks waits for Redis.
    private let patience: Duration
    private let logger: Logger
    /// Something comes when somebody waits.
    private let asked: AsyncStream<Void>
    private let asking: AsyncStream<Void>.Continuation

    /// - Parameter providers: the names that the configuration has: no others are asked for.
    package init(
        _ operations: Operations,
        providers: [String],
        freshness: Duration = .seconds(1),
        patience: Duration = .seconds(3),
        logger: Logger
    ) {
        inventory = ProviderInventory(operations: operations, names: providers.sorted())
        (self.freshness, self.patience, self.logger) = (freshness, patience, logger)
        (asked, asking) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func run() async throws {
        defer { close() }
        // It only ends by shutdown or cancellation, and has nothing to put right.
        try? await cancelWhenGracefulShutdown {
            var hasFailed = false
            for await _ in self.asked where self.isAwaited {
                do {
                    self.tell(try await self.inventory.read(), for: self.freshness)
                    hasFailed = false
                } catch {
                    if Task.isCancelled { throw error }
                    if !hasFailed {
                        self.logger.warning("metrics could not be read", metadata: [LogKey.error: "\(error)"])
                    }
                    hasFailed = true
                    self.tell(nil, for: self.freshness)
                }
            }
        }
    }

    /// What Redis holds, as of a second ago at the most; nil when it cannot be read in time.
    func read() async -> [MetricFamily]? {
        let (answers, answer) = AsyncStream.makeStream(of: [MetricFamily]?.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.lastID += 1
            if let until = state.until, .now < until {
                answer.yield(state.families)
            } else if state.isClosed {
                answer.yield(nil)
            } else {
                state.waiting[state.lastID] = answer
            }
            return state.lastID
        }
        defer { _ = state.withLock { $0.waiting.removeValue(forKey: id) } }
        asking.yield()
        return await withTaskGroup(of: [MetricFamily]?.self) { group in
            group.addTask {
                for await families in answers { return families }
                return nil
            }
            group.addTask { [patience] in
                try? await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private var isAwaited: Bool { state.withLock { !$0.waiting.isEmpty } }

    private func tell(_ families: [MetricFamily]?, for time: Duration) {
        let waiting = state.withLock { state in
            (state.families, state.until) = (families, .now + time)
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for answer in waiting { answer.yield(families) }
    }

    /// Lets all go, and answers nobody any more.
    private func close() {
        state.withLock { $0.isClosed = true }
        tell(nil, for: .zero)
    }
}
