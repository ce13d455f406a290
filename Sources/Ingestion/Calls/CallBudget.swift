internal import Metrics
internal import ServiceLifecycle
internal import Synchronization

/// When a provider's source may be called: at the provider's ``Provider/callRate``, and never before the time that the
/// source itself asked for. Both hold over all workers, as they are kept in Redis.
///
/// The engine sets ``current`` for each burst. A source that calls something over a network asks it before each call, and
/// tells it what it learns:
///
/// ```swift
/// try await CallBudget.current?.spend()
/// let answer = try await connection.hosts(in: region)
/// if answer.callsLeft == 0 { try await CallBudget.current?.postpone(for: answer.untilReset) }
/// ```
///
/// It costs one round trip to Redis a call.
public final class CallBudget: Sendable {
    /// The budget of the burst that this task belongs to; nil outside of the engine, as in `tidemark check`.
    @TaskLocal public static var current: CallBudget?

    private struct State {
        /// Calls since the page began.
        var calls = 0
        /// How long the page has waited for calls, and until when it waits now, since it began.
        var waited = Duration.zero
        var waitsUntil = Duration.zero
        var elapsed: @Sendable () -> Duration
    }

    private let provider: Provider
    private let store: Store
    private let clock: any Clock<Duration>
    private let metrics: ProviderMetrics?
    private let state: Mutex<State>

    package convenience init(_ provider: Provider, store: Store, clock: any Clock<Duration>) {
        self.init(provider, store: store, clock: clock, metrics: nil)
    }

    init(_ provider: Provider, store: Store, clock: any Clock<Duration>, metrics: ProviderMetrics?) {
        (self.provider, self.store, self.clock, self.metrics) = (provider, store, clock, metrics)
        state = Mutex(State(elapsed: clock.stopwatch()))
    }

    /// Takes one call, waiting in place where the wait is short.
    ///
    /// - Throws: ``CallsDeferred`` where the wait is longer; let it through. `CancellationError` when the worker stops.
    public func spend() async throws {
        var isTaken = false
        let patience = patience()
        while true {
            let rate = isTaken ? nil : provider.callRate
            switch try await store.spend(of: provider.name, at: rate, waiting: patience.rate) {
            case .go(.zero):
                state.withLock { $0.calls += 1 }
                return
            case .go(let wait):
                isTaken = true
                // Then once more: the source may have asked to be left alone meanwhile.
                try await pause(for: wait)
            case .held(let wait):
                let wait = wait + Backoff.spread(wait)
                guard wait <= patience.source else {
                    metrics?.deferred(by: .source)
                    throw CallsDeferred(wait)
                }
                try await pause(for: wait)
            case .later(let wait):
                metrics?.deferred(by: .rate)
                throw CallsDeferred(wait + Backoff.spread(wait))
            }
        }
    }

    /// No call of this provider, by any worker, is let go before this time has passed.
    ///
    /// - Parameter time: nil when the source only asks for fewer calls: a minute, and twice as long each time that it asks
    ///   again soon after.
    public func postpone(for time: Duration?) async throws {
        metrics?.sourcePauses.increment()
        _ = try await store.postpone(provider.name, for: time)
    }

    /// How long the page that is being read has waited for its calls; that is no time of the source's.
    var waited: Duration { state.withLock { $0.waited } }

    /// Another page begins.
    func beginPage() {
        state.withLock { $0 = State(elapsed: clock.stopwatch()) }
    }

    /// For how long to wait in place: well within the page's time limit, and the burst. What a page has read is lost when it
    /// is deferred, and its calls with it: once it has begun, it waits longer for the rate.
    private func patience() -> (rate: Duration, source: Duration) {
        let short = min(provider.pageTimeout / 4, provider.burstLength)
        return (state.withLock { $0.calls } == 0 ? short : max(short, Self.longestWait), short)
    }

    private func pause(for wait: Duration) async throws {
        state.withLock { state in
            let now = state.elapsed()
            state.waited += max(.zero, now + wait - max(now, state.waitsUntil))
            state.waitsUntil = max(state.waitsUntil, now + wait)
        }
        try await cancelWhenGracefulShutdown { [clock] in try await clock.sleep(for: wait) }
    }

    /// For how long a page that has begun waits for one call.
    static let longestWait = Duration.seconds(600)
}
