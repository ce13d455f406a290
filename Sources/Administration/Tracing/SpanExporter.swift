internal import Ingestion
package import Logging
internal import ServiceLifecycle

/// Sends the spans of this process to a collector of OpenTelemetry, in batches and beside the work, which never waits for it.
///
/// While the collector cannot be reached they wait, as far as there is room; what does not fit is dropped, counted and logged. A shutdown
/// sends what is left, for ``Configuration/shutdownLimit`` at most. It is to be shut down after everything that makes spans.
package struct SpanExporter: Service {
    /// Where spans go, and how many wait.
    package struct Configuration: Sendable {
        /// The collector's URL, below which is `/v1/traces`.
        package var endpoint: String
        /// What each request carries, credentials above all.
        package var headers: [(name: String, value: String)] = []
        /// The share of the traces that begin here which is recorded.
        package var sampleRatio = 1.0
        /// How long a span waits for others at most.
        package var interval = Duration.seconds(5)
        /// The time limit for one request.
        package var timeout = Duration.seconds(10)
        /// How long a shutdown may take.
        package var shutdownLimit = Duration.seconds(5)
        /// How many spans may wait: some 2 MiB.
        package var capacity = 2_048
        /// How many spans one request carries.
        package var batchSize = 512

        /// Where spans go.
        package init(endpoint: String) {
            self.endpoint = endpoint
        }
    }

    /// Makes the spans that are sent.
    package let tracer: ExportedTracer
    private let configuration: Configuration
    private let queue: SpanQueue
    private let message: SpanMessage
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(
        _ configuration: Configuration,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        queue = SpanQueue(capacity: configuration.capacity, batchSize: configuration.batchSize)
        tracer = ExportedTracer(sampler: TraceSampler(ratio: configuration.sampleRatio), queue: queue)
        message = SpanMessage(resource: [
            "service.name": "tidemark", "service.version": TidemarkVersion.current,
            "service.instance.id": WorkerIdentity().name,
        ])
    }

    /// How many spans were dropped so far.
    package var dropped: Int { queue.withBatches { $0.dropped } }

    /// Sends until it is cancelled or shut down gracefully, and then what is left.
    package func run() async throws {
        let transport = SpanTransport(
            endpoint: configuration.endpoint,
            headers: configuration.headers,
            timeout: configuration.timeout
        )
        await cancelWhenGracefulShutdown { await sendUntilCancelled(transport) }
        // Unstructured, and awaited at once: the last spans of work that was cancelled say why.
        await Task { await sendRest(transport) }.value
        await transport.shutdown()
        if dropped > 0 { logger.warning("spans were dropped", metadata: ["spans.dropped": "\(dropped)"]) }
    }

    private func sendUntilCancelled(_ transport: SpanTransport) async {
        var failures = 0
        var pause = configuration.interval
        while !Task.isCancelled {
            if failures == 0 { await wait(for: pause) } else { try? await clock.sleep(for: pause) }
            if Task.isCancelled { return }
            switch await sendAll(transport) {
            case .taken:
                if failures > 0 {
                    logger.notice("spans are sent again", metadata: ["spans.dropped": "\(dropped)"])
                }
                (failures, pause) = (0, configuration.interval)
            case .refused(let reason):
                complain(of: reason, failures)
                (failures, pause) = (failures + 1, configuration.interval)
            case .unavailable(let reason, let retryAfter):
                if Task.isCancelled { return }
                complain(of: reason, failures)
                pause = max(retryAfter.map { min($0, Self.longestPause) } ?? .zero, Self.backoff(failures))
                failures += 1
            }
        }
    }

    /// Sends batches until nothing waits, or one is not taken.
    private func sendAll(_ transport: SpanTransport) async -> SpanTransport.Answer {
        while true {
            let batch = queue.withBatches { $0.next }
            guard !batch.isEmpty else { return .taken(rejected: 0) }
            let answer = await transport.post(message.body(of: batch))
            switch answer {
            case .taken(let rejected): queue.withBatches { $0.settle(batch.count, rejected: rejected) }
            case .refused:
                queue.withBatches { $0.settle(batch.count, rejected: batch.count) }
                return answer
            case .unavailable: return answer
            }
        }
    }

    private func sendRest(_ transport: SpanTransport) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await sendAll(transport) }
            group.addTask { try? await clock.sleep(for: configuration.shutdownLimit) }
            await group.next()
            group.cancelAll()
        }
        queue.withBatches { $0.dropAll() }
    }

    private func wait(for time: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await clock.sleep(for: time) }
            group.addTask { await queue.full.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Once, and not again before a batch was taken.
    private func complain(of reason: String, _ failures: Int) {
        guard failures == 0 else { return }
        logger.warning("spans cannot be sent", metadata: [LogKey.error: "\(reason)"])
    }

    private static func backoff(_ failures: Int) -> Duration {
        .seconds(1 << min(failures, 5)) * Double.random(in: 0.8...1.2)
    }

    private static let longestPause = Duration.seconds(300)
}
