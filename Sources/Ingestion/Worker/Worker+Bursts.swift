internal import Logging
internal import Metrics
internal import Redis
internal import Tracing

/// What a worker does with a job that it has claimed.
extension Worker {
    /// Has a job that cannot be run wait, or given up, as one whose page fails.
    package func setAside(_ spoiled: SpoiledJob) async {
        logger.error("a job in Redis is spoiled", metadata: [LogKey.error: "\(spoiled.problem)"])
        guard let job = spoiled.job else { return }
        let provider = providers[job.provider]
        await conclude(logger) {
            let failed = try await self.store.fail(
                job,
                error: spoiled.problem,
                backoff: Store.stallPause,
                maxAttempts: provider?.maxAttempts,
                rest: provider?.restLength ?? .seconds(24 * 60 * 60)
            )
            if failed == .goesOn { self.metrics[job.provider]?.retries.increment() }
            if failed == .refused(.revoked) { try await self.store.release(job) }
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
        let handover: Handover
        switch outcome {
        case .ended, .refused(.lost): return
        case .released:
            try await store.release(job)
            return
        case .refused(.revoked): handover = .refused(.revoked)
        case .paused(let pause, let reason): handover = try await store.finish(job, pause: pause, reason: reason)
        case .limited(let error): handover = try await wait(job, error, provider, metrics, logger)
        case .unstored(let error):
            let text = error.ofRedis
            logger.warning(
                "Redis did not take what a burst had to store; its page is tried again",
                metadata: [LogKey.error: "\(text)"]
            )
            handover = try await store.finish(job, pause: Store.redisPause, reason: .redis, answer: text)
        case .failed(let error): handover = try await fail(job, error, provider, metrics, logger)
        }
        // An operation stopped the provider meanwhile: its holder gives the job back, whatever became of the burst. What renews
        // leases cannot tell those that ran out from those that an operation revoked.
        if handover == .refused(.revoked), try await !store.release(job) { metrics.leasesLost.increment() }
    }

    /// The source asks for fewer calls: nor may the other chains call it.
    private func wait(
        _ job: Job,
        _ error: SourceError,
        _ provider: Provider,
        _ metrics: ProviderMetrics,
        _ logger: Logger
    ) async throws -> Handover {
        metrics.sourcePauses.increment()
        let text = provider.secrets.redacting("\(error)")
        let wait = try await store.postpone(provider.name, for: error.retryAfter)
        let pause = wait + Backoff.spread(wait)
        logger.warning(
            "the source asks for fewer calls",
            metadata: [LogKey.error: "\(text)", LogKey.pause: "\(pause)"]
        )
        return try await store.finish(job, pause: pause, reason: .calls, answer: text)
    }

    private func fail(
        _ job: Job,
        _ error: any Error,
        _ provider: Provider,
        _ metrics: ProviderMetrics,
        _ logger: Logger
    ) async throws -> Handover {
        let text = provider.secrets.redacting("\(error)")
        if let error = error as? SourceError, error.code == .cursorExpired {
            logger.warning("the cursor expired; the cycle starts over", metadata: [LogKey.error: "\(text)"])
            let handover = try await store.expire(job, error: text, rest: provider.restLength)
            if handover == .givenUp { logger.error("the cursor expired too often in a row; the cycle has failed") }
            return handover
        }
        let retryAfter = (error as? SourceError)?.retryAfter
        let pause = Backoff.pause(after: job.attempts, of: provider, retryAfter: retryAfter)
        let handover = try await store.fail(
            job,
            error: text,
            backoff: pause,
            maxAttempts: provider.maxAttempts,
            rest: provider.restLength
        )
        if handover == .goesOn { metrics.retries.increment() }
        logger.warning(
            handover == .givenUp ? "page failed; the job is given up" : "page failed",
            metadata: [
                LogKey.error: "\(text)", LogKey.attempts: "\(job.attempts + 1)", LogKey.pause: "\(pause)",
            ]
        )
        return handover
    }

    /// What cannot be told to Redis now is put right when the lease runs out.
    func conclude(_ logger: Logger, _ operation: () async throws -> Void) async {
        do {
            try await operation()
        } catch {
            logger.warning("the end of a burst could not be stored", metadata: [LogKey.error: "\(error)"])
        }
    }
}
