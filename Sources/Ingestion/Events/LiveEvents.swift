public import Logging
public import Metrics
package import Redis
public import ServiceLifecycle

/// Applies live events to providers: what a webhook, a queue or a program of your own knows before the next cycle does.
///
/// An event reaches the stream at once, and no page that was read before it undoes it. What it adds is the provider's from then
/// on: a cycle that begins later and does not meet it removes it.
///
/// ```swift
/// let events = try LiveEvents(redis: "redis://127.0.0.1:6379", providers: [provider], logger: logger)
/// // `run()` is its lifetime, as a worker's is; any number of both may run over the same Redis.
/// async let _: Void = events.run()
/// try await events.apply(LiveEvent(removed: ["resource:default/eu-17"]), to: "inventory")
/// ```
public struct LiveEvents: Service {
    private let operations: Operations
    private let providers: [String: Provider]
    private let metrics: EventMetrics
    /// The client that `run()` runs, when this made it.
    private let client: RedisClient?

    /// Events for these providers on a Redis of this URL, as for ``Worker``.
    ///
    /// Of a provider the name, the keys of its annotations and locations, and its secrets are used; its source is not read.
    /// What became of the entities is counted by `metrics`, as a worker does. Throws when the URL does not parse or two providers
    /// share a name.
    public init(
        redis url: String,
        providers: [Provider],
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger
    ) throws {
        let client = RedisClient(configuration: try RedisConfiguration(url: url), logger: logger)
        try self.init(store: Store(redis: client), providers: providers, metrics: metrics, client: client)
    }

    /// Events on a store whose client somebody else runs.
    package init(
        store: Store,
        providers: [Provider],
        metrics: any MetricsFactory = MetricsSystem.factory,
        client: RedisClient? = nil
    ) throws {
        operations = Operations(store: store)
        self.providers = try Dictionary(
            providers.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in throw ProviderError(name: first.name, problem: "appears twice") }
        )
        for provider in providers { try provider.validate() }
        self.metrics = EventMetrics(self.providers.keys, factory: metrics)
        self.client = client
    }

    /// Keeps the connection to Redis until it is cancelled or shut down gracefully.
    public func run() async throws {
        try await client?.run()
    }

    /// Applies an event to a provider that some worker has made known.
    ///
    /// Entities are checked and annotated as those of a page are. One that is not valid is rejected alone, and kept with those that
    /// cycles rejected; the rest is applied. When this throws an error of Redis, a part of an event of more than 500 entities or
    /// 1 MiB may have been applied: apply it again, with the same ``LiveEvent/id`` if it has one.
    ///
    /// - Throws: ``LiveEventError`` for what is refused as a whole.
    @discardableResult
    public func apply(_ event: LiveEvent, to name: String) async throws -> LiveEventOutcome {
        guard let provider = providers[name] else {
            throw LiveEventError(.unknownProvider, "no provider \"\(name)\" is configured here")
        }
        let prepared = try PreparedEvent(event, of: provider)
        guard !prepared.isEmpty else { return LiveEventOutcome() }
        do {
            let outcome = try await operations.apply(prepared, to: provider)
            metrics.count(outcome, of: name)
            return outcome
        } catch let error as OperationError {
            switch error.code {
            case .behind:
                metrics.count(refused: prepared, of: name)
                throw LiveEventError(.behind, error.message)
            case .unknownProvider: throw LiveEventError(.unknownProvider, error.message)
            case .refused, .unknownJob: throw LiveEventError(.purged, error.message)
            }
        }
    }
}
