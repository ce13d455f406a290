internal import Catalog
internal import Logging
internal import Metrics
internal import Redis
internal import ServiceLifecycle
internal import Tracing

/// A run of pages by one worker, or of sweep steps; everything that it needs comes with the job.
struct Burst: Sendable {
    let provider: Provider
    let store: Store
    let lease: Duration
    let clock: any Clock<Duration>
    let calls: CallBudget
    let interruption: Interruption
    let leases: Leases
    let metrics: ProviderMetrics
    let logger: Logger

    /// How a burst ended, thus what becomes of its job.
    enum Outcome: Sendable {
        /// The chain goes on in another burst.
        case paused(Duration, PauseReason)
        /// The job is no more: its chain, or its cycle, has ended.
        case ended
        case failed(any Error)
        /// The source asks for fewer calls.
        case limited(SourceError)
        /// Redis did not take what the burst had to store, or did not answer.
        case unstored(any Error)
        /// The process shuts down; the job goes back untouched.
        case released
        /// The holder may not write any more.
        case refused(Refusal)

        /// It in a word, for those who count.
        enum Word: String, Sendable, CaseIterable {
            case paused, throttled, deferred, unstored, ended, failed, expired, released, lost, revoked
        }

        var word: Word {
            switch self {
            case .paused(_, .interval): .paused
            case .paused(_, .throttled): .throttled
            case .paused(_, .calls), .limited: .deferred
            case .paused(_, .redis), .unstored: .unstored
            case .ended: .ended
            case .failed(let error): (error as? SourceError)?.code == .cursorExpired ? .expired : .failed
            case .released: .released
            case .refused(.lost): .lost
            case .refused(.revoked): .revoked
            }
        }
    }

    /// Runs the job as far as it goes; the job comes back with its sequence and failures as Redis now has them.
    func run(_ job: Job) async -> (Job, Outcome) {
        // A sweep calls nobody.
        if job.kind != .sweep, job.held > .zero {
            metrics.deferred(by: .source)
            return (job, .paused(job.held + Backoff.spread(job.held), .calls))
        }
        return await CallBudget.$current.withValue(calls) { await perform(job) }
    }

    private func perform(_ job: Job) async -> (Job, Outcome) {
        var job = job
        do {
            let outcome: Outcome
            switch job.kind {
            case .cycle:
                switch try await begin(job) {
                case .success(let begun):
                    job = begun
                    leases.update(begun)
                    outcome = try await read(from: provider.source, &job)
                case .failure(let error): outcome = .refused(error.refusal)
                }
            case .page: outcome = try await read(from: provider.source, &job)
            case .sweep: outcome = try await sweep(&job)
            }
            return (job, outcome)
        } catch {
            switch interruption.reason {
            case .refused: return (job, .refused(.revoked))
            case .pageTimeLimit: return (job, .failed(provider.pageTimeoutError))
            case nil: break
            }
            if let deferred = error as? CallsDeferred { return (job, .paused(deferred.wait, .calls)) }
            // A wait for a call ends when the worker is to stop.
            let isStopped = Task.isShuttingDownGracefully && error is CancellationError
            return (job, Task.isCancelled || isStopped ? .released : Outcome(error))
        }
    }

    private func begin(_ job: Job) async throws -> Result<Job, RefusedError> {
        let point = try await point()
        while true {
            switch try await store.begin(job, point: point, lease: lease) {
            case .success(let begun?):
                logger.info("cycle begun", metadata: [LogKey.generation: "\(begun.generation)"])
                return .success(begun)
            case .success(nil): continue
            case .failure(let error): return .failure(error)
            }
        }
    }

    /// Before anything is read, from where changes are to be told: nothing may fall between. Nil where that is known, or not asked.
    private func point() async throws -> FeedPoint? {
        guard provider.changes != nil, let feed = provider.source as? any ChangeFeed else { return nil }
        let poller = Poller(
            provider: provider,
            store: store,
            lease: lease,
            clock: clock,
            calls: calls,
            metrics: metrics,
            logger: logger
        )
        return try await poller.pointOfCycle(of: feed)
    }

    private func read<Source: EntitySource>(from source: Source, _ job: inout Job) async throws -> Outcome {
        var current = job
        var outcome = Outcome.ended
        defer { job = current }
        try await source.withClient { client in
            outcome = try await pages(of: source, using: client, &current)
        }
        return outcome
    }

    /// While a page is being committed, the next is fetched and prepared: one page ahead, never more.
    private func pages<Source: EntitySource>(
        of source: Source,
        using client: Source.Client,
        _ job: inout Job
    ) async throws -> Outcome {
        let elapsed = clock.stopwatch()
        let committer = PageCommit(store: store, provider: provider, lease: lease)
        var events = job.events
        var cursor = try cursor(of: job)
        var page = try await blamingKeptPage(if: job.isLedByKeptPage) {
            try await readPage(at: cursor, of: source, using: client, pages: job.pages, events: events)
        }
        while true {
            let stopping = Task.isShuttingDownGracefully || Task.isCancelled || elapsed() >= provider.burstLength
            let goesOn = page.next.count == 1
            let (committing, holder) = (page, job)
            async let committed = committer.commit(committing, of: holder)
            var ahead: Result<PreparedPage, any Error>?
            if goesOn, !stopping {
                do {
                    ahead = .success(
                        try await blamingKeptPage(if: page.isAsKept) {
                            try await readPage(
                                at: page.next[0],
                                of: source,
                                using: client,
                                pages: job.pages + 1,
                                events: events
                            )
                        }
                    )
                } catch {
                    ahead = .failure(error)
                }
            }
            let outcome = try await committed
            job.sequence = outcome.job.sequence
            events = outcome.events
            metrics.count(outcome)
            if let refusal = outcome.refusal { return .refused(refusal) }
            if outcome.needsReading {
                page = try await readPage(
                    at: cursor,
                    of: source,
                    using: client,
                    pages: job.pages,
                    events: events,
                    isWhole: true
                )
                continue
            }
            job.pages += 1
            job.attempts = 0
            metrics.pages.increment()
            logger.debug(
                "page committed",
                metadata: [
                    LogKey.sequence: "\(job.sequence)", LogKey.marked: "\(outcome.marked)",
                    LogKey.added: "\(outcome.added)", LogKey.changed: "\(outcome.changed)",
                ]
            )
            if let before = outcome.totalBefore, let total = committing.total {
                logger.warning(
                    "the source's total fell while its list is read: records were deleted",
                    metadata: [LogKey.totalBefore: "\(before)", LogKey.total: "\(total)"]
                )
            }
            if !goesOn { return .ended }
            if outcome.throttled { return .paused(Store.throttlePause, .throttled) }
            guard let ahead else {
                return Task.isShuttingDownGracefully || Task.isCancelled
                    ? .released : .paused(provider.burstInterval, .interval)
            }
            cursor = page.next[0]
            page = try ahead.get()
        }
    }

    /// The cursor that Redis holds; one that is no cursor starts the cycle over, since nothing else can mend it.
    private func cursor(of job: Job) throws -> JSON? {
        guard let stored = job.cursor else { return nil }
        do {
            return try JSON(parsing: stored)
        } catch {
            let key = store.lane(of: job.provider).job(job.id)
            throw SourceError(.cursorExpired, "the cursor in Redis (field cursor of \(key)) is not valid: \(error)")
        }
    }

    /// What a source refuses at a cursor that a kept page named is the kept page's fault: what it named has expired. Then the cycle
    /// starts over and reads every page in full, so that it happens once.
    private func blamingKeptPage<Value>(if isLed: Bool, _ read: () async throws -> Value) async throws -> Value {
        do {
            return try await read()
        } catch let error as SourceError where isLed && error.code.refusesCursor {
            throw SourceError(
                .cursorExpired,
                "a page that the source says is unchanged named a cursor that it refuses now (\(error)): every page is read in full",
                underlying: error
            )
        }
    }

    private func readPage<Source: EntitySource>(
        at cursor: JSON?,
        of source: Source,
        using client: Source.Client,
        pages: Int,
        events: Int64,
        isWhole: Bool = false
    ) async throws -> PreparedPage {
        try await provider.withSpan("page") { span in
            let page = try await prepare(
                at: cursor,
                of: source,
                using: client,
                pages: pages,
                events: events,
                isWhole: isWhole
            )
            span.tell([
                LogKey.pageEntities: page.entities.count, LogKey.rejected: page.rejected.count,
                LogKey.pageDuplicates: page.duplicates, LogKey.pageChains: page.next.count,
                LogKey.pageUnmodified: page.isAsKept,
            ])
            return page
        }
    }

    private func prepare<Source: EntitySource>(
        at cursor: JSON?,
        of source: Source,
        using client: Source.Client,
        pages: Int,
        events: Int64,
        isWhole: Bool
    ) async throws -> PreparedPage {
        try provider.checkChain(of: pages)
        let elapsed = clock.stopwatch()
        defer { metrics.pageDuration.record(duration: elapsed()) }
        calls.beginPage()
        async let _: Void = interruption.fire(after: provider.pageTimeout, beside: calls, on: clock)
        var page: Page?
        if source.tellsUnchanged, provider.publish == .changed, !isWhole,
            let kept = try await store.keptPage(at: cursor, of: provider)
        {
            page = try await source.page(at: cursor, unless: kept.validator, using: client)
            try Task.checkCancellation()
            if page == nil, let entities = try await store.entities(of: kept, provider: provider.name) {
                return try PreparedPage(kept, entities, at: cursor, of: provider, events: events)
            }
        }
        let read = if let page { page } else { try await source.page(at: cursor, using: client) }
        // What comes back from a read that was cut short may be less than the page.
        try Task.checkCancellation()
        return try PreparedPage(read, at: cursor, of: provider, events: events)
    }

    private func sweep(_ job: inout Job) async throws -> Outcome {
        try await provider.withSpan("sweep", ofKind: .producer) { span in
            var removed = 0
            defer { span.tell([LogKey.generation: job.generation, LogKey.removed: removed]) }
            return try await sweep(&job, &removed)
        }
    }

    private func sweep(_ job: inout Job, _ removed: inout Int) async throws -> Outcome {
        while true {
            switch try await store.sweep(job, provider: provider, lease: lease) {
            case .removed(let count, _, let throttled):
                removed += count
                job.sequence += 1
                metrics.count(count, .removed)
                if throttled { return .paused(Store.throttlePause, .throttled) }
            case .duplicate: job.sequence += 1
            case .held(let unmarked, let known):
                metrics.sweepsHeld.increment()
                logger.warning(
                    "sweep held: nothing is removed until a person or the next cycle decides",
                    metadata: [LogKey.unmarked: "\(unmarked)", LogKey.known: "\(known)"]
                )
                return .ended
            case .completed:
                logger.info("cycle completed", metadata: [LogKey.generation: "\(job.generation)"])
                return .ended
            case .refused(let refusal): return .refused(refusal)
            }
            if Task.isShuttingDownGracefully || Task.isCancelled { return .released }
        }
    }
}

extension Burst.Outcome {
    /// How a burst ended that an error ended: nothing but what the source did wrong is a failure.
    fileprivate init(_ error: any Error) {
        switch error {
        case let error as SourceError where error.code == .rateLimited: self = .limited(error)
        case is RedisError, is StoreError: self = .unstored(error)
        default: self = .failed(error)
        }
    }
}

extension SourceError.Code {
    /// Whether a cursor that is none any more may be answered so.
    fileprivate var refusesCursor: Bool {
        switch self {
        case .refused, .unauthorized, .invalidPage, .mappingFailed: true
        case .cursorExpired, .rateLimited, .limitExceeded, .timeout, .unavailable, .exited: false
        }
    }
}

extension Clock where Duration == Swift.Duration {
    /// The time since now, whenever it is asked for.
    func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
