internal import Catalog
package import Ingestion
package import Logging
internal import Redis
internal import ServiceLifecycle

/// Reads what providers and workers do, and tells all who watch what is new of it: once a second at the most, once for all of them, and
/// only while somebody watches.
///
/// It depends on Redis, and is shut down before the server, which waits for those who watch to be let go.
package struct StateWatch: Service {
    let feed: WatchFeed
    private let operations: Operations
    private let pageTimeouts: [String: Duration]
    private let interval: Duration
    private let heartbeat: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - pageTimeouts: how long a page of each provider may take.
    ///   - interval: the time between two readings.
    ///   - heartbeat: the time after which something is told though nothing is new.
    package init(
        _ operations: Operations,
        pageTimeouts: [String: Duration],
        interval: Duration = .seconds(1),
        heartbeat: Duration = .seconds(15),
        logger: Logger
    ) {
        self.init(
            operations,
            pageTimeouts: pageTimeouts,
            interval: interval,
            heartbeat: heartbeat,
            feed: WatchFeed(),
            logger: logger
        )
    }

    init(
        _ operations: Operations,
        pageTimeouts: [String: Duration],
        interval: Duration,
        heartbeat: Duration,
        feed: WatchFeed,
        logger: Logger
    ) {
        (self.operations, self.pageTimeouts, self.feed) = (operations, pageTimeouts, feed)
        (self.interval, self.heartbeat, self.logger) = (interval, heartbeat, logger)
    }

    package func run() async throws {
        defer { feed.close() }
        // It only ends by shutdown or cancellation, and has nothing to put right.
        try? await cancelWhenGracefulShutdown {
            for await _ in feed.arrived { try await tellWhileWatched() }
        }
    }

    private func tellWhileWatched() async throws {
        var state = WatchedState(operations, pageTimeouts: pageTimeouts)
        var topics: [String: [UInt8]] = [:]
        var told: ContinuousClock.Instant?
        while feed.isWatched {
            let began = ContinuousClock.now
            do {
                topics = try await state.read()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning("what providers do could not be read", metadata: [LogKey.error: "\(error)"])
                topics["trouble"] = ServerSentEvent.bytes("trouble", "Redis cannot be reached, or refuses: see the log")
            }
            let now = ServerSentEvent.bytes("time", .string(Timestamp.text(milliseconds: state.at)))
            let isHeartbeat = told.map { $0.duration(to: began) >= heartbeat } ?? true
            if feed.publish(topics, time: now, isHeartbeat: isHeartbeat) { told = began }
            // However many providers there are, reading them takes a tenth of the time at most.
            try await Task.sleep(for: max(interval, began.duration(to: .now) * 9))
        }
        feed.forget()
    }
}
