internal import Catalog
internal import Logging
internal import Metrics
internal import Tracing

/// Asks a provider's feed what changed, and applies what it tells: one worker at a time, by the lease of its turn.
struct Poller: Sendable {
    let provider: Provider
    let store: Store
    /// How long a turn is held without a sign of life, beyond the time that the feed has to answer.
    let lease: Duration
    let clock: any Clock<Duration>
    let calls: CallBudget
    let metrics: ProviderMetrics
    let logger: Logger

    /// Takes a turn if it is due, and says when it is worth looking again.
    func turn(of feed: some ChangeFeed, every pause: Duration) async throws -> Duration {
        let lease = provider.pageTimeout + lease
        switch try await store.poll(provider, every: pause, lease: lease) {
        case .wait(let time): return time
        case .taken(let turn):
            return try await provider.withSpan("poll", in: .topLevel) { span in
                let (outcome, next) = try await take(turn, of: feed, every: pause, lease)
                span.tell([LogKey.outcome: outcome.word])
                if !outcome.error.isEmpty { span.fail(outcome.error, type: outcome.word) }
                return next
            }
        }
    }

    private func take(
        _ turn: PollTurn,
        of feed: some ChangeFeed,
        every pause: Duration,
        _ lease: Duration
    ) async throws -> (PollOutcome, Duration) {
        let interruption = Interruption()
        let (ended, outcome) = await interruption.guarding {
            var turn = turn
            let outcome = await CallBudget.$current.withValue(calls) {
                await self.outcome(of: feed, &turn, lease, interruption)
            }
            return (turn, outcome)
        }
        let next = self.pause(after: outcome, turn.failures, pause)
        try await conclude(ended, outcome.outcome, next)
        return (outcome.outcome, next)
    }

    /// How a turn went, and how long the source is to be left alone.
    private struct Ended: Sendable {
        var outcome: PollOutcome
        var retryAfter: Duration?
    }

    private func outcome(
        of feed: some ChangeFeed,
        _ turn: inout PollTurn,
        _ lease: Duration,
        _ interruption: Interruption
    ) async -> Ended {
        do {
            guard let cursor = turn.cursor else {
                _ = try await point(of: feed, interruption)
                return Ended(outcome: .answers)
            }
            return Ended(outcome: try await ask(feed, since: cursor, &turn, lease, interruption))
        } catch is RefusedError {
            // The turn is another's, or the provider was stopped.
            return Ended(outcome: .released, retryAfter: provider.changes)
        } catch {
            if interruption.reason == .pageTimeLimit {
                return Ended(outcome: .failed(timeout))
            }
            if Task.isCancelled { return Ended(outcome: .released) }
            if let deferred = error as? CallsDeferred { return Ended(outcome: .released, retryAfter: deferred.wait) }
            let text = provider.secrets.redacting("\(error)")
            guard let error = error as? SourceError else { return Ended(outcome: .failed(text)) }
            if error.code == .cursorExpired, turn.cursor != nil { return Ended(outcome: .expired(text)) }
            return Ended(outcome: .failed(text), retryAfter: await retryAfter(error))
        }
    }

    /// How long the source asked to be left alone; where it asks for fewer calls, its pages are not read either.
    private func retryAfter(_ error: SourceError) async -> Duration? {
        guard error.code == .rateLimited else { return error.retryAfter }
        metrics.sourcePauses.increment()
        do {
            return try await store.postpone(provider.name, for: error.retryAfter)
        } catch {
            logger.warning(
                "that the source asks for fewer calls could not be stored",
                metadata: [LogKey.error: "\(error)"]
            )
            return nil
        }
    }

    /// The point that a cycle begins with; nil where one is stored. A feed that does not answer does not keep a cycle from its
    /// beginning: the next one asks again.
    func pointOfCycle(of feed: some ChangeFeed) async throws -> FeedPoint? {
        guard try await !store.hasPoint(provider.name) else { return nil }
        let interruption = Interruption()
        let result = await interruption.guarding {
            do {
                return Result<[UInt8], any Error>.success(try await point(of: feed, interruption))
            } catch {
                return .failure(error)
            }
        }
        try Task.checkCancellation()
        switch result {
        case .success(let cursor): return FeedPoint(cursor: cursor)
        case .failure(let error as CallsDeferred): throw error
        case .failure(let error):
            let text = interruption.reason == .pageTimeLimit ? timeout : provider.secrets.redacting("\(error)")
            logger.warning("the feed of changes names no point to begin from", metadata: [LogKey.error: "\(text)"])
            return FeedPoint(error: text)
        }
    }

    private var timeout: String {
        "\(SourceError(.timeout, "no answer within the time limit of \(provider.pageTimeout) (pageTimeout)"))"
    }

    /// The point from which changes are told from now on, as it is stored.
    func point(of feed: some ChangeFeed, _ interruption: Interruption) async throws -> [UInt8] {
        var point: [UInt8] = []
        try await feed.withClient { client in
            let changes = try await changes(of: feed, since: nil, using: client, interruption)
            point = try PreparedChanges.cursor(changes.cursor, of: provider)
        }
        return point
    }

    private func ask<Feed: ChangeFeed>(
        _ feed: Feed,
        since stored: [UInt8],
        _ turn: inout PollTurn,
        _ lease: Duration,
        _ interruption: Interruption
    ) async throws -> PollOutcome {
        var cursor = stored
        var current = turn
        var outcome = PollOutcome.told(hasMore: false)
        defer { turn = current }
        try await feed.withClient { client in
            while true {
                let changes = try await changes(of: feed, since: point(cursor), using: client, interruption)
                var prepared = try PreparedChanges(changes, since: cursor, of: provider)
                let isBehind: Bool
                switch try await apply(&prepared, to: &current, lease) {
                case .applied(let isSlow): isBehind = isSlow
                case .held(let refs):
                    outcome = .held(refs)
                    return
                }
                cursor = prepared.cursor
                if isBehind { metrics.throttled.increment() }
                guard changes.hasMore, !isBehind, !Task.isCancelled else {
                    outcome = .told(hasMore: changes.hasMore)
                    return
                }
            }
        }
        return outcome
    }

    /// The cursor that Redis holds; one that is no cursor is as good as expired.
    private func point(_ stored: [UInt8]) throws -> JSON {
        do {
            return try JSON(parsing: stored)
        } catch {
            let key = store.keys(of: provider.name).feed
            throw SourceError(.cursorExpired, "the cursor in Redis (field cursor of \(key)) is not valid: \(error)")
        }
    }

    private func changes<Feed: ChangeFeed>(
        of feed: Feed,
        since cursor: JSON?,
        using client: Feed.Client,
        _ interruption: Interruption
    ) async throws -> Changes {
        calls.beginPage()
        async let _: Void = interruption.fire(after: provider.pageTimeout, beside: calls, on: clock)
        let changes = try await feed.changes(since: cursor, using: client)
        // What comes back from a read that was cut short may be less than was told.
        try Task.checkCancellation()
        return changes
    }

    /// The known entities that these records make no more.
    private func removals(of changes: PreparedChanges) async throws -> [EntityRef] {
        var records = changes.records[...]
        var refs: [EntityRef] = []
        while !records.isEmpty {
            let some = records.prefix(ChangePart.mostRecords)
            records = records.dropFirst(some.count)
            let kept = try await store.refs(ofRecords: some.map(\.id), provider: provider.name)
            for (record, kept) in zip(some, kept) where record.isWhole {
                refs += ChangePart.removals(of: record, kept, but: changes.added)
            }
        }
        return refs
    }

    /// What became of an answer.
    private enum Application {
        case applied(isBehind: Bool)
        case held([EntityRef])
    }

    /// Applies all of an answer, or nothing of it if that would remove more than the guard lets go.
    private func apply(_ changes: inout PreparedChanges, to turn: inout PollTurn, _ lease: Duration) async throws
        -> Application
    {
        var (published, removed, isBehind) = (0, 0, false)
        var gone = try await removals(of: changes)
        repeat {
            let ids = changes.records.prefix(ChangePart.mostRecords).map(\.id)
            let kept = try await store.refs(ofRecords: ids, provider: provider.name)
            var rest = changes
            var (part, _) = ChangePart.next(&rest, kept: kept)
            let isLast = rest.records.isEmpty && rest.rejected.isEmpty
            if isLast { part.cursor = changes.cursor }
            part.removalsLeft = gone.count
            switch try await store.apply(part, of: turn, provider: provider, lease: lease) {
            case .applied(let added, let same, let gone, let slow):
                (published, removed, isBehind) = (published + added, removed + gone, slow)
                metrics.count(told: added, .published)
                metrics.count(told: same, .unchanged)
                metrics.count(told: gone, .removed)
            case .repeated: break
            case .retry:
                gone = try await removals(of: changes)
                continue
            case .held(let removals, let known):
                metrics.sweepsHeld.increment()
                logger.warning(
                    "the feed of changes would remove too much: nothing of it is applied until a person or a cycle decides",
                    metadata: [LogKey.unmarked: "\(removals)", LogKey.known: "\(known)"]
                )
                return .held(Array(gone.prefix(ChangePart.mostRecords)))
            case .refused(let refusal): throw RefusedError(refusal: refusal)
            }
            turn.part += 1
            changes = rest
            let applied = Set(part.event.removed)
            gone.removeAll(where: applied.contains)
            if isLast { break }
        } while true
        if published + removed > 0 {
            logger.info(
                "changes applied",
                metadata: [LogKey.changed: "\(published)", LogKey.removed: "\(removed)"]
            )
        }
        return .applied(isBehind: isBehind)
    }

    private func pause(after ended: Ended, _ failures: Int, _ pause: Duration) -> Duration {
        switch ended.outcome {
        case .told(let hasMore): hasMore ? Store.throttlePause : pause
        case .held: pause
        // Asked again at once for the first time; a feed whose points expire again and again must not keep cycles going.
        case .expired where failures == 0: .zero
        case .failed, .expired:
            Backoff.pause(after: failures, of: provider, retryAfter: ended.retryAfter)
        case .answers: .zero
        case .released: ended.retryAfter ?? .zero
        }
    }

    private func conclude(_ turn: PollTurn, _ outcome: PollOutcome, _ pause: Duration) async throws {
        switch outcome {
        case .failed(let error):
            logger.warning(
                "the feed of changes failed",
                metadata: [LogKey.error: "\(error)", LogKey.pause: "\(pause)"]
            )
        case .expired(let error):
            logger.warning("the feed of changes begins anew with the next cycle", metadata: [LogKey.error: "\(error)"])
        case .told, .held, .answers, .released: break
        }
        _ = try await store.end(turn, outcome, of: provider.name, pause: pause)
    }
}
