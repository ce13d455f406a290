/// A sink whose store can keep the id of the last entry in the same transaction as the data, so that nothing is applied
/// twice.
///
/// That id, not what was acknowledged, then says where reading goes on. In the transaction of ``Sink/apply(_:provider:)``,
/// leave out entries with an id up to the stored one: a consumer that was stopped for longer than its lease may come
/// late with what its successor has stored already.
///
/// ```swift
/// func apply(_ entries: [StreamEntry], provider: String) async throws {
///     try await database.transaction { transaction in
///         let last = try transaction.position(of: provider) ?? .zero
///         for entry in entries where entry.id > last {
///             try transaction.store(entry.delta)
///         }
///         try transaction.setPosition(of: provider, to: max(last, entries.last!.id))
///         try Task.checkCancellation()
///     }
/// }
/// ```
public protocol TransactionalSink: Sink {
    /// The id of the provider's last entry that was stored; nil when none ever was.
    func lastEntryID(provider: String) async throws -> StreamEntryID?

    /// Stores all entries, or throws. It throws as well if the provider's last entry is older than `position`, behind which the
    /// entries were read: then the store is not the one that the consumer read from.
    func apply(_ entries: [StreamEntry], provider: String, after position: StreamEntryID) async throws

    /// An id that no other store has; nil if the store has none. A consumer logs a warning if its group was another store's before.
    func catalogID() async throws -> String?

    /// Notes that what the sink holds of the provider may have missed entries, and goes on after `entry`.
    ///
    /// All that the provider has is published anew after `entry`. So what is not published again by the end of the
    /// first cycle that both starts and completes after `entry` is gone from the source: keep what there is until then,
    /// and remove the rest at that `cycleCompleted`. Refs in ``Delta/kept`` count as
    /// published: they are rejected for now, or were missed once. An entry `purged` asks for the same from behind itself.
    /// Stores `entry` as the last id, also where that one is lower than before.
    func restart(provider: String, after entry: StreamEntryID) async throws
}

extension TransactionalSink {
    public func apply(_ entries: [StreamEntry], provider: String, after position: StreamEntryID) async throws {
        try await apply(entries, provider: provider)
    }

    public func catalogID() async throws -> String? { nil }
}
