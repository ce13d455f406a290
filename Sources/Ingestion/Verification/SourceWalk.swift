package import Catalog
internal import Redis

/// Reads every page of a source as workers do, one after the other, each prepared as a worker prepares it.
///
/// It writes nothing. Its calls count as the workers' do: against the provider's `callRate`, and not before the time that the
/// source asked for.
package struct SourceWalk: Sendable {
    /// A page that was read.
    package struct Step: Sendable {
        /// Counted from 1, in the order in which they are read.
        package var number: Int
        /// Nil for the first page.
        package var cursor: JSON?
        package var page: PreparedPage
    }

    /// Why the walk came to no end.
    package struct Failure: Error, CustomStringConvertible {
        package var number: Int
        package var cursor: JSON?
        package var error: any Error

        package var description: String { "page \(number) cannot be read: \(error)" }
    }

    private struct Place: Sendable {
        var waiting: [(cursor: JSON?, pages: Int)]
        var read: Int
        /// Hashes of the cursors that were named. One that is named again was read, or will be: cursors in a circle end there.
        private var named: Set<UInt64> = []

        init(waiting: [(cursor: JSON?, pages: Int)] = [(nil, 0)], read: Int = 0) {
            (self.waiting, self.read) = (waiting, read)
        }

        mutating func follow(_ cursors: [JSON], pages: Int) {
            for cursor in cursors.reversed() where named.insert(RefLedger.hash(cursor.description)).inserted {
                waiting.append((cursor, pages))
            }
        }
    }

    private let provider: Provider
    private let store: Store
    private let clock: any Clock<Duration>
    private let calls: CallBudget
    /// Is told how long the walk waits, and why.
    private let pausing: @Sendable (Duration, any Error) -> Void

    package init(
        _ provider: Provider,
        store: Store,
        clock: any Clock<Duration> = ContinuousClock(),
        pausing: @escaping @Sendable (Duration, any Error) -> Void = { _, _ in }
    ) {
        (self.provider, self.store, self.clock, self.pausing) = (provider, store, clock, pausing)
        calls = CallBudget(provider, store: store, clock: clock)
    }

    /// Reads all pages that follow from the beginning, down each chain; a cursor that expired starts it over, and pages are
    /// taken again then.
    ///
    /// - Throws: ``Failure`` when a page cannot be read; what `take` throws.
    package func readAll(_ take: @escaping @Sendable (Step) async throws -> Void) async throws {
        for _ in 0..<Self.mostStarts {
            do {
                return try await read(Place(), isFollowing: true, take)
            } catch let failure as Failure where failure.isExpiredCursor {
                continue
            }
        }
        try await read(Place(), isFollowing: true, take)
    }

    /// Reads these pages alone, each with the number that it had.
    package func read(
        _ pages: [(number: Int, cursor: JSON?)],
        _ take: @escaping @Sendable (Step) async throws -> Void
    ) async throws {
        for (number, cursor) in pages {
            try await read(Place(waiting: [(cursor, 0)], read: number - 1), isFollowing: false, take)
        }
    }

    private func read(
        _ start: Place,
        isFollowing: Bool,
        _ take: @escaping @Sendable (Step) async throws -> Void
    ) async throws {
        var place = start
        var failures = 0
        while !place.waiting.isEmpty {
            try Task.checkCancellation()
            let (begun, interruption) = (place, Interruption())
            let (reached, error) = await interruption.guarding {
                await CallBudget.$current.withValue(calls) {
                    await burst(of: provider.source, begun, isFollowing, interruption, take)
                }
            }
            if reached.read > place.read { failures = 0 }
            place = reached
            guard var error else { continue }
            try Task.checkCancellation()
            if interruption.reason == .pageTimeLimit { error = provider.pageTimeoutError }
            if !(error is CallsDeferred) { failures += 1 }
            guard let pause = try await pause(after: error, failures) else {
                throw Failure(number: place.read + 1, cursor: place.waiting.last?.cursor ?? nil, error: error)
            }
            pausing(pause, error)
            try await clock.sleep(for: pause)
        }
    }

    /// Pages with one client, as in a worker's burst; why it ended before its time, if it did.
    private func burst<Source: EntitySource>(
        of source: Source,
        _ start: Place,
        _ isFollowing: Bool,
        _ interruption: Interruption,
        _ take: @Sendable (Step) async throws -> Void
    ) async -> (Place, (any Error)?) {
        var place = start
        do {
            try await source.withClient { client in
                let elapsed = clock.stopwatch()
                repeat {
                    guard let (cursor, pages) = place.waiting.last else { return }
                    let page = try await page(at: cursor, of: source, using: client, pages: pages, interruption)
                    try await take(Step(number: place.read + 1, cursor: cursor, page: page))
                    place.read += 1
                    place.waiting.removeLast()
                    if isFollowing { place.follow(page.next, pages: pages + 1) }
                } while elapsed() < provider.burstLength
            }
            return (place, nil)
        } catch {
            return (place, error)
        }
    }

    private func page<Source: EntitySource>(
        at cursor: JSON?,
        of source: Source,
        using client: Source.Client,
        pages: Int,
        _ interruption: Interruption
    ) async throws -> PreparedPage {
        try provider.checkChain(of: pages)
        calls.beginPage()
        async let _: Void = interruption.fire(after: provider.pageTimeout, beside: calls, on: clock)
        let page = try await source.page(at: cursor, using: client)
        // What comes back from a read that was cut short may be less than the page.
        try Task.checkCancellation()
        return try PreparedPage(page, at: cursor, of: provider, events: 0)
    }

    /// How long to wait before the page is read again; nil when it is given up.
    private func pause(after error: any Error, _ failures: Int) async throws -> Duration? {
        if let deferred = error as? CallsDeferred { return deferred.wait }
        if error is RedisError || error is StoreError || error is CancellationError { throw error }
        guard let error = error as? SourceError else { return nil }
        switch error.code {
        case .rateLimited where failures <= Self.mostWaits:
            let pause = try await store.postpone(provider.name, for: error.retryAfter)
            return pause + Backoff.spread(pause)
        case .unavailable, .timeout, .exited:
            return failures <= Self.mostTries ? .seconds(1 << failures) : nil
        case .rateLimited, .cursorExpired, .unauthorized, .invalidPage, .limitExceeded, .refused, .mappingFailed:
            return nil
        }
    }

    private static let mostStarts = 3
    /// How often a page is read again in a row, when the source is not there, and when it asks for fewer calls.
    private static let mostTries = 3
    private static let mostWaits = 20
}

extension SourceWalk.Failure {
    fileprivate var isExpiredCursor: Bool { (error as? SourceError)?.code == .cursorExpired }
}
