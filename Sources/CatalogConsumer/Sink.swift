/// Where deltas go: a catalog, a search index, a message bus.
///
/// The consumer calls a sink with one batch at a time for a provider, in the order of its stream; different providers
/// may be applied at the same time. A batch counts as stored when ``apply(_:provider:)`` returns. When it throws, the
/// same entries come again after a pause, and nothing behind them does: throw, rather than drop what cannot be stored.
/// Throw a ``SinkError`` with the code ``SinkError/Code/closed`` to end the whole consumer.
///
/// What was stored is acknowledged after that, so a crash in between brings entries again: **at least once**. All
/// deltas can be applied twice without harm by a sink that keeps entities by ref. One that needs each entry exactly once is
/// a ``TransactionalSink``.
///
/// The task of `apply` is cancelled when another consumer may have taken the provider over. A sink that can still take
/// back what it did checks for that last: `try Task.checkCancellation()`.
///
/// `apply` runs in a span that goes on with the trace in which the first entry was published, and is linked with those of the others: what
/// a sink starts and sends belongs to it, through `ServiceContext.current` of swift-distributed-tracing.
///
/// ```swift
/// struct Announcements: Sink {
///     func apply(_ entries: [StreamEntry], provider: String) async throws {
///         for entry in entries {
///             // In this order: one that is in both was removed under an old location key, and added under a new one.
///             for removed in entry.delta.removed {
///                 print("\(provider): \(removed.entityRef) is gone")
///             }
///             for added in entry.delta.added {
///                 print("\(provider): \(added.entity.ref) is new or has changed")
///             }
///         }
///     }
/// }
///
/// let consumer = try CatalogConsumer(
///     redisURL: "redis://127.0.0.1:6379",
///     sink: Announcements(),
///     configuration: ConsumerConfiguration(group: "announcements"),
///     logger: logger
/// )
/// try await consumer.run()
/// ```
public protocol Sink: Sendable {
    /// Stores all entries, or throws.
    ///
    /// - Parameters:
    ///   - entries: at least one, oldest first. Of types other than `delta`, they carry no entities.
    ///   - provider: the provider that published them.
    func apply(_ entries: [StreamEntry], provider: String) async throws
}
