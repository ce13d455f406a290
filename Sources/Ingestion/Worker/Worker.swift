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
    let metrics: WorkerMetrics
    let leases = Leases()
    let registrations = Registrations()
    let identity = WorkerIdentity()
    package let health: WorkerHealth

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
        health = WorkerHealth(lanes: store.lanes)
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

    /// Works until it is cancelled or shut down gracefully; waits for a Redis that cannot be reached yet. Throws when Redis is
    /// not fit or laid out otherwise, also when a newer build lays it out while this one works.
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
        let preflight = try await cancelWhenGracefulShutdown { try await self.inspectRedis() }
        for warning in preflight.warnings { logger.warning("\(warning)") }
        try await cancelWhenGracefulShutdown { try await self.agreeOnLanes() }
        try await register()
        let signals = (0..<store.lanes).map { _ in Signal() }
        let slots = Slots(settings.concurrency, signals: signals)
        try await withThrowingTaskGroup(of: Bool.self) { group in
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
                    await self.renew(on: lane)
                    return false
                }
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
                        try await self.take(from: number, slots: slots, signal: signal)
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

    /// Redis may be started after its workers: until it can be reached they go on trying.
    private func inspectRedis() async throws -> Preflight {
        while true {
            do {
                return try await Preflight.inspect(store.redis)
            } catch let error as RedisError where error.mayPass {
                logger.warning(
                    "Redis cannot be reached: start it, or correct its URL; trying on",
                    metadata: [LogKey.error: "\(error)"]
                )
                try await clock.sleep(for: Self.longestWait)
            }
        }
    }

    /// A Redis that is full and holds nothing yet doesn't take the number of lanes. The worker waits until it does.
    private func agreeOnLanes() async throws {
        while true {
            do {
                return try await Preflight.agreeOnLanes(store)
            } catch let error as RedisError where error.isFull || error.mayPass {
                logger.warning(
                    "the worker cannot start yet; trying on",
                    metadata: [LogKey.error: "\(error.ofRedis)"]
                )
                try await clock.sleep(for: Self.longestWait)
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
    private func take(from number: Int, slots: Slots, signal: Signal) async throws {
        let lane = store.lane(number)
        var isAnswering = true
        try await withThrowingDiscardingTaskGroup { bursts in
            while !Task.isCancelled && !Task.isShuttingDownGracefully {
                // A lane whose Redis did not answer is asked without a slot: the other lanes have them.
                let reservation = slots.reserve(atMost: isAnswering ? .max : 0)
                var due: Duration?
                do {
                    let claim = try await claim(on: lane, in: slots, reservation)
                    health.claimed(number)
                    metrics.claimed()
                    due = isAnswering ? claim.due : .zero
                    isAnswering = true
                    let started = slots.start(claim.jobs.count, in: reservation)
                    for job in claim.jobs.prefix(started) {
                        bursts.addTask {
                            await self.perform(job)
                            slots.end()
                        }
                    }
                    // The answer came late, and other lanes have the slots by now.
                    for job in claim.jobs.dropFirst(started) {
                        bursts.addTask { await self.conclude(self.logger) { try await self.store.release(job) } }
                    }
                    for spoiled in claim.spoiled { bursts.addTask { await self.setAside(spoiled) } }
                } catch let error as StoreError where error.code == .layout {
                    // Bursts are cut short: what they would write is refused, and their leases run out.
                    throw error
                } catch {
                    slots.giveBack(reservation)
                    health.failed(number, error)
                    isAnswering = false
                    logger.warning(
                        "claim failed; trying again",
                        metadata: [LogKey.lane: "\(number)", LogKey.error: "\(error)"]
                    )
                    due = .milliseconds(Int.random(in: 200...1_000))
                }
                await wait(for: min(due ?? Self.longestWait, Self.longestWait), or: signal)
            }
        }
    }

    private func claim(on lane: LaneKeys, in slots: Slots, _ reservation: Slots.Reservation) async throws -> Claim {
        async let _: Void = giveBack(reservation, to: slots)
        return try await store.claim(reservation.count, on: lane, lease: settings.lease)
    }

    /// Gives back what a claim has reserved that is not answered in time; cancelled when it is answered.
    private func giveBack(_ reservation: Slots.Reservation, to slots: Slots) async {
        if (try? await clock.sleep(for: Self.claimPatience)) != nil { slots.giveBack(reservation) }
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

    /// Renews the leases of a lane at a third of their length, until it is cancelled. Each lane has a task of its own: one whose
    /// Redis hangs does not cost the others their leases.
    private func renew(on lane: LaneKeys) async {
        while (try? await clock.sleep(for: settings.lease / 3)) != nil {
            let jobs = leases.jobs.filter { store.lane(of: $0.provider) == lane }
            guard !jobs.isEmpty else { continue }
            do {
                leases.lost(try await store.renew(jobs, on: lane, lease: settings.lease))
            } catch {
                logger.warning("leases could not be renewed", metadata: [LogKey.error: "\(error)"])
            }
        }
    }

    /// Nothing is missed for longer than this, whatever got lost.
    private static let longestWait = Duration.seconds(5)
    /// How long a claim keeps slots from the other lanes while it is not answered.
    private static let claimPatience = Duration.seconds(1)
}
