internal import Catalog
internal import Logging
internal import Redis
internal import ServiceLifecycle
internal import Tracing

/// Consumes one provider: waits for its lease, reads, stores, acknowledges; after a failure, again from what is stored.
struct ProviderConsumer<LeaseClock: Clock<Duration>>: Sendable {
    /// With entries of 1 MiB at most, what one read may bring into memory.
    private static var batch: Int { 10 }
    private static var readTimeout: Duration { .seconds(5) }

    let stream: DeltaStream
    let sink: any Sink
    let lease: ConsumerLease<LeaseClock>
    let clock: LeaseClock
    let board: StatusBoard
    let resync: Resync?
    let logger: Logger

    private var name: String { stream.keys.name }

    /// Runs until shutdown. Throws only what ends the whole consumer.
    func run() async throws {
        board.update(name) { _ in }
        var backoff = Backoff()
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let before = board.current.providers[name]?.entries
            do {
                if try await !lease.hold(consume) {
                    board.update(name) { status in
                        status.state = .standby
                        status.error = nil
                    }
                    await pause(lease.duration / 3 * Double.random(in: 0.5...1))
                }
            } catch let error as SinkError where error.code == .closed {
                throw error
            } catch {
                if Task.isCancelled { return }
                if board.current.providers[name]?.entries != before { backoff.reset() }
                let failure = describe(error)
                if !failure.mayPass { backoff.exhaust() }
                let delay = backoff.next()
                board.update(name) { status in
                    status.state = .failing
                    status.error = failure
                }
                logger.error(
                    "the provider cannot be consumed: \(failure)",
                    metadata: [LogKey.retry: "\(delay)"]
                )
                await pause(delay)
            }
        }
    }

    /// Reads and stores, under the lease, until shutdown.
    private func consume() async throws {
        let start = try await StartingPoint(stream: stream, sink: sink, resync: resync, logger: logger).find()
        var stored = start.lastDelivered
        board.progressed(name, entries: 0, last: stored)
        logger.info("consuming", metadata: [LogKey.entry: "\(stored)"])
        while !Task.isShuttingDownGracefully {
            try Task.checkCancellation()
            let entries: [RawEntry]
            do {
                entries = try await cancelWhenGracefulShutdown { [stored] in
                    try await stream.read(after: stored, count: Self.batch, timeout: Self.readTimeout)
                }
            } catch  where Task.isShuttingDownGracefully {
                return
            }
            stored = try await store(entries, after: stored, since: start)
        }
    }

    /// Stores and acknowledges; gives the last entry that is stored.
    private func store(
        _ raw: [RawEntry],
        after stored: StreamEntryID,
        since start: StreamState
    ) async throws -> StreamEntryID {
        var entries: [StreamEntry] = []
        var failure: ConsumerError?
        for entry in raw {
            do throws(DeltaError) {
                entries.append(StreamEntry(id: entry.id, delta: try Delta(fields: entry.fields)))
            } catch {
                failure = unreadable(entry.id, error)
                break
            }
        }
        let last = entries.last?.id ?? stored
        // A stream that was deleted begins anew, and entries can be deleted by hand: what comes then does not follow what is
        // stored. What is stored should be more than what one server knows, for it cannot be taken back.
        guard let state = try await stream.state(isReplicated: !entries.isEmpty),
            state.isComplete(after: stored, since: start)
        else {
            throw ConsumerError(
                .redis,
                """
                The delta stream of \(name) or its consumer group \(stream.group) was changed by someone else, or by a failover \
                that lost a part: what comes now does not follow the entry \(stored), the last that is stored.
                """
            )
        }
        if let transactional = sink as? any TransactionalSink {
            let held = try await transactional.lastEntryID(provider: name) ?? .zero
            guard held == stored else {
                throw ConsumerError(
                    .sink,
                    "The catalog has the entry \(held) of \(name), and \(stored) was stored last: it was replaced by another."
                )
            }
        }
        if !entries.isEmpty {
            try Task.checkCancellation()
            try await apply(entries, after: stored)
            guard try await stream.acknowledge(last) else {
                throw ConsumerError(.redis, "Redis has lost the entry \(last) of \(name) while it was being stored.")
            }
        }
        board.progressed(name, entries: entries.count, last: last)
        if let failure { throw failure }
        if !entries.isEmpty { try await stream.trim() }
        return last
    }

    /// Has the sink store a batch, in a span that goes on with the trace in which it was published.
    private func apply(_ entries: [StreamEntry], after stored: StreamEntryID) async throws {
        let span = BatchSpan(of: entries, provider: name, group: stream.group)
        defer { span.end() }
        do {
            try await ServiceContext.$current.withValue(span.context) {
                if let transactional = sink as? any TransactionalSink {
                    try await transactional.apply(entries, provider: name, after: stored)
                } else {
                    try await sink.apply(entries, provider: name)
                }
            }
        } catch {
            span.record(error, "\(describe(error))")
            throw error
        }
    }

    private func pause(_ duration: Duration) async {
        // It only ends early, by cancellation or shutdown, which the caller looks at.
        try? await cancelWhenGracefulShutdown { try await clock.sleep(for: duration) }
    }

    // MARK: - Errors

    private func unreadable(_ id: StreamEntryID, _ error: DeltaError) -> ConsumerError {
        let isUnknownVersion = error.field == "v"
        let advice =
            isUnknownVersion
            ? "Use a version of Tidemark that reads it."
            : "Remove it by `XDEL \(stream.keys.deltas) \(id)`: then everything is published anew."
        return ConsumerError(
            isUnknownVersion ? .unknownVersion : .malformedEntry,
            "The entry \(id) of \(name) cannot be read (\(error)). It and what follows it wait. \(advice)",
            underlying: error
        )
    }

    private func describe(_ error: any Error) -> ConsumerError {
        switch error {
        case let error as ConsumerError: error
        case let error as RedisError:
            ConsumerError(.redis, "Redis: \(error)", underlying: error)
        default:
            ConsumerError(.sink, "The sink could not store deltas of \(name): \(error)", underlying: error)
        }
    }
}
