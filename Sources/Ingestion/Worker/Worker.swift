internal import Catalog
public import Logging
public import Metrics
package import Redis
public import ServiceLifecycle
internal import Tracing

/// Takes jobs from Redis and runs their bursts; any number of workers share the work.
///
/// `run()` is its lifetime. On graceful shutdown it takes no more jobs, commits the pages in hand and gives the jobs back.
public struct Worker: Service {
    package let store: Store
    let providers: [String: Provider]
    let settings: WorkerSettings
    let clock: any Clock<Duration>
    let logger: Logger
    /// The client that `run()` runs too, when this worker made it.
    private let client: RedisClient?
    private let metrics: WorkerMetrics
    let leases = Leases()
    let registrations = Registrations()
    let identity = WorkerIdentity()
    package let health = WorkerHealth()

    /// A worker on a Redis of this URL: `redis://`, `redis+sentinel://`, `redis+cluster://`, or `redis+unix://`.
    ///
    /// It counts what it does with counters, timers and a gauge of `metrics`, which is the backend that the program has
    /// bootstrapped unless another is given; see <doc:Metrics>.
    ///
    /// Throws when the URL does not parse or two providers share a name.
    public init(
        redis url: String,
        providers: [Provider],
        settings: WorkerSettings = WorkerSettings(),
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger
    ) throws {
        let client = RedisClient(configuration: try RedisConfiguration(url: url), logger: logger)
        try self.init(
            store: Store(redis: client),
            providers: providers,
            settings: settings,
            metrics: metrics,
            logger: logger,
            client: client
        )
    }

    /// A worker on a store whose client somebody else runs.
    package init(
        store: Store,
        providers: [Provider],
        settings: WorkerSettings = WorkerSettings(),
        clock: any Clock<Duration> = ContinuousClock(),
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger,
        client: RedisClient? = nil
    ) throws {
        var store = store
        store.timers = ScriptTimers(metrics)
        store.worker = identity.id
        self.store = store
        self.providers = try Dictionary(
            providers.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in throw ProviderError(name: first.name, problem: "appears twice") }
        )
        for provider in providers { try provider.validate() }
        self.settings = settings
        self.clock = clock
        self.logger = logger
        self.client = client
        self.metrics = WorkerMetrics(self.providers.keys, factory: metrics)
    }

    /// Works until it is cancelled or shut down gracefully. Throws when Redis is not fit or laid out otherwise, also when a newer
    /// build lays it out while this one works.
    public func run() async throws {
        guard let client else { return try await work() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await client.run()
                return false
            }
            group.addTask {
                try await self.work()
                return true
            }
            // The client must outlive the jobs that are given back.
            while let workIsDone = try await group.next(), !workIsDone {}
            group.cancelAll()
        }
    }

    private func work() async throws {
        for warning in try await Preflight.inspect(store.redis).warnings { logger.warning("\(warning)") }
        try await Preflight.agreeOnLanes(store)
        try await register()
        let signals = (0..<store.lanes).map { _ in Signal() }
        let slots = Slots(settings.concurrency, signals: signals)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.renew()
                return false
            }
            for provider in providers.values where provider.changes != nil {
                group.addTask {
                    await cancelWhenGracefulShutdown { await self.pollChanges(of: provider) }
                    return false
                }
            }
            group.addTask {
                await self.giveSignsOfLife()
                return false
            }
            for (number, signal) in signals.enumerated() {
                let lane = store.lane(number)
                group.addTask {
                    try await self.keepRegistered(on: lane)
                    return false
                }
                group.addTask {
                    await self.listen(on: lane, slots: slots, signal: signal)
                    return false
                }
                group.addTask {
                    try await withGracefulShutdownHandler {
                        try await self.take(from: lane, slots: slots, signal: signal)
                    } onGracefulShutdown: {
                        signal.fire()
                    }
                    return true
                }
            }
            // Leases are renewed until the last burst of the last lane has ended; then nothing is left to wait for.
            var working = store.lanes
            for try await endedLane in group where endedLane {
                working -= 1
                if working == 0 { group.cancelAll() }
            }
        }
    }

    /// Polls a provider's changes, in turns with the other workers, until it is cancelled.
    private func pollChanges(of provider: Provider) async {
        while !Task.isCancelled {
            let pause = await poll(provider.name)
            guard (try? await clock.sleep(for: max(pause, .milliseconds(10)))) != nil else { return }
        }
    }

    /// Takes a turn at a provider's changes if it is due, and says when it is worth looking again.
    @discardableResult
    package func poll(_ name: String) async -> Duration {
        guard let provider = providers[name], let metrics = metrics[name], let pause = provider.changes,
            let feed = provider.source as? any ChangeFeed
        else { return Self.longestWait }
        var logger = logger
        logger[metadataKey: LogKey.provider] = "\(name)"
        let poller = Poller(
            provider: provider,
            store: store,
            lease: settings.lease,
            clock: clock,
            calls: CallBudget(provider, store: store, clock: clock, metrics: metrics),
            metrics: metrics,
            logger: logger
        )
        do {
            return try await poller.turn(of: feed, every: pause)
        } catch {
            logger.warning("changes could not be polled; trying again", metadata: [LogKey.error: "\(error)"])
            return .milliseconds(Int.random(in: 500...2_000))
        }
    }

    /// Claims jobs of a lane and runs them; returns when all that it started have ended.
    private func take(from lane: LaneKeys, slots: Slots, signal: Signal) async throws {
        try await withThrowingDiscardingTaskGroup { bursts in
            while !Task.isCancelled && !Task.isShuttingDownGracefully {
                let free = slots.reserve()
                var due: Duration?
                do {
                    let claim = try await store.claim(free, on: lane, lease: settings.lease)
                    health.claimed()
                    metrics.claimed()
                    due = claim.due
                    slots.start(claim.jobs.count, of: free)
                    for job in claim.jobs {
                        bursts.addTask {
                            await self.perform(job)
                            slots.end()
                        }
                    }
                    for spoiled in claim.spoiled { bursts.addTask { await self.setAside(spoiled) } }
                } catch let error as StoreError where error.code == .layout {
                    // Bursts are cut short: what they would write is refused, and their leases run out.
                    throw error
                } catch {
                    slots.start(0, of: free)
                    logger.warning("claim failed; trying again", metadata: [LogKey.error: "\(error)"])
                    due = .milliseconds(Int.random(in: 200...1_000))
                }
                await wait(for: min(due ?? Self.longestWait, Self.longestWait), or: signal)
            }
        }
    }

    /// Fires the signal when somebody wakes the lane. A worker whose slots all run bursts does not listen: the marker is for
    /// those that can take the job.
    private func listen(on lane: LaneKeys, slots: Slots, signal: Signal) async {
        let free = Signal()
        slots.notify(free)
        let wakes = lane.wakes(upTo: store.versions.jobs, plans: providers(of: lane).map(\.plan))
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
            if slots.allRun {
                await free.wait()
                continue
            }
            do {
                let reply = try await store.redis.blocking(
                    RedisCommand(
                        "BZPOPMIN",
                        arguments: wakes + ["\(Self.longestWait.components.seconds)"]
                    ),
                    timeout: Self.longestWait + .seconds(5)
                )
                if reply != .null { signal.fire() }
            } catch {
                if Task.isCancelled { return }
                logger.debug("waiting for a wake marker failed", metadata: [LogKey.error: "\(error)"])
                try? await clock.sleep(for: .milliseconds(Int.random(in: 200...1_000)))
            }
        }
    }

    private func wait(for time: Duration, or signal: Signal) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await clock.sleep(for: time) }
            group.addTask { await signal.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Renews all leases at a third of their length, until it is cancelled.
    private func renew() async {
        while (try? await clock.sleep(for: settings.lease / 3)) != nil {
            let byLane = Dictionary(grouping: leases.jobs) { store.lane(of: $0.provider) }
            for (lane, jobs) in byLane {
                do {
                    leases.lost(try await store.renew(jobs, on: lane, lease: settings.lease))
                } catch {
                    logger.warning("leases could not be renewed", metadata: [LogKey.error: "\(error)"])
                }
            }
        }
    }

    /// Has a job that cannot be run wait, or given up, as one whose page fails.
    package func setAside(_ spoiled: SpoiledJob) async {
        logger.error("a job in Redis is spoiled", metadata: [LogKey.error: "\(spoiled.problem)"])
        guard let job = spoiled.job else { return }
        let provider = providers[job.provider]
        await conclude(logger) {
            let dead = try await self.store.fail(
                job,
                error: spoiled.problem,
                backoff: Store.stallPause,
                maxAttempts: provider?.maxAttempts,
                rest: provider?.restLength ?? .seconds(24 * 60 * 60)
            )
            if !dead { self.metrics[job.provider]?.retries.increment() }
        }
    }

    /// Runs one burst of a job that was claimed, and tells Redis how it ended.
    package func perform(_ job: Job) async {
        var logger = logger
        logger[metadataKey: LogKey.provider] = "\(job.provider)"
        logger[metadataKey: LogKey.job] = "\(job.id)"
        logger[metadataKey: LogKey.fence] = "\(job.fence)"
        guard let provider = providers[job.provider], let metrics = metrics[job.provider] else {
            // No claim gives one whose plan this worker does not have.
            await conclude(logger) { try await self.store.release(job) }
            return
        }
        let interruption = Interruption()
        leases.add(job, interruption)
        let burst = Burst(
            provider: provider,
            store: store,
            lease: settings.lease,
            clock: clock,
            calls: CallBudget(provider, store: store, clock: clock, metrics: metrics),
            interruption: interruption,
            leases: leases,
            metrics: metrics,
            logger: logger
        )
        logger.debug("burst begins", metadata: [LogKey.kind: "\(job.kind)", LogKey.generation: "\(job.generation)"])
        // A trace of its own: a cycle may take days.
        await provider.withSpan("burst", in: .topLevel) { span in
            span.tell([
                LogKey.job: job.id, LogKey.kind: job.kind.rawValue, LogKey.fence: job.fence,
                LogKey.attempts: job.attempts,
            ])
            let elapsed = clock.stopwatch()
            let (ended, outcome) = await interruption.guarding { await burst.run(job) }
            metrics.burstDuration.record(duration: elapsed())
            metrics.count(outcome)
            await conclude(logger) { try await self.conclude(ended, outcome, provider, metrics, logger) }
            span.tell([
                LogKey.generation: ended.generation, LogKey.burstOutcome: outcome.word.rawValue,
                LogKey.burstPages: ended.pages - job.pages,
            ])
            if case .failed(let error) = outcome { span.record(error, hiding: provider.secrets) }
        }
        leases.remove(job)
    }

    private func conclude(
        _ job: Job,
        _ outcome: Burst.Outcome,
        _ provider: Provider,
        _ metrics: ProviderMetrics,
        _ logger: Logger
    ) async throws {
        switch outcome {
        case .ended, .refused(.lost): return
        case .released: try await store.release(job)
        case .refused(.revoked):
            // What renews leases cannot tell those that ran out from those that an operation revoked.
            if try await !store.release(job) { metrics.leasesLost.increment() }
        case .paused(let pause, let reason): try await store.finish(job, pause: pause, reason: reason)
        case .failed(let error):
            let text = provider.secrets.redacting("\(error)")
            if let error = error as? SourceError, error.code == .cursorExpired {
                logger.warning("the cursor expired; the cycle starts over", metadata: [LogKey.error: "\(text)"])
                if try await !store.expire(job, error: text, rest: provider.restLength) {
                    logger.error("the cursor expired too often in a row; the cycle has failed")
                }
                return
            }
            var retryAfter = (error as? SourceError)?.retryAfter
            if (error as? SourceError)?.code == .rateLimited {
                metrics.sourcePauses.increment()
                // Nor may the other chains call it.
                retryAfter = try await store.postpone(provider.name, for: retryAfter)
            }
            let pause = Backoff.pause(after: job.attempts, of: provider, retryAfter: retryAfter)
            let dead = try await store.fail(
                job,
                error: text,
                backoff: pause,
                maxAttempts: provider.maxAttempts,
                rest: provider.restLength
            )
            if !dead { metrics.retries.increment() }
            logger.warning(
                dead ? "page failed; the job is given up" : "page failed",
                metadata: [
                    LogKey.error: "\(text)", LogKey.attempts: "\(job.attempts + 1)", LogKey.pause: "\(pause)",
                ]
            )
        }
    }

    /// What cannot be told to Redis now is put right when the lease runs out.
    private func conclude(_ logger: Logger, _ operation: () async throws -> Void) async {
        do {
            try await operation()
        } catch {
            logger.warning("the end of a burst could not be stored", metadata: [LogKey.error: "\(error)"])
        }
    }

    /// Nothing is missed for longer than this, whatever got lost.
    private static let longestWait = Duration.seconds(5)
}
