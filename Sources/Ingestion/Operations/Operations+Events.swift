internal import Catalog
internal import Redis
internal import Tracing

extension Operations {
    /// Applies a live event: entities added or changed, refs removed. It reaches the stream at once, and no page that was
    /// read before it undoes it. What does not fit into one entry goes in several, one after the other.
    ///
    /// The event counts as applied with its last part: one that broke off is applied from its start when it comes again, as one that
    /// came late is. While consumers are behind, it throws `behind`.
    @discardableResult
    package func apply(_ event: PreparedEvent, to provider: Provider) async throws -> LiveEventOutcome {
        try await provider.withSpan("event", ofKind: .producer) { span in
            let outcome = try await applyParts(of: event, to: provider)
            span.tell([
                LogKey.changed: outcome.published, LogKey.removed: outcome.removed,
                LogKey.rejected: outcome.rejected.count, LogKey.outcome: outcome.isDuplicate ? "duplicate" : "applied",
            ])
            return outcome
        }
    }

    private func applyParts(of event: PreparedEvent, to provider: Provider) async throws -> LiveEventOutcome {
        let id = event.id ?? store.makeJobID(provider.name)
        var outcome = LiveEventOutcome()
        outcome.rejected = event.rejected
        let parts = event.parts
        for (index, part) in parts.enumerated() {
            let partID = index == parts.count - 1 ? id : store.makeJobID(provider.name)
            guard let applied = try await apply(part, partID, of: id, to: provider) else {
                // Known by an id of our own, it is this call that applied it: a reply was lost.
                outcome.isDuplicate = event.id != nil
                return outcome
            }
            outcome.published += applied.published
            outcome.unchanged += applied.unchanged
            outcome.removed += applied.removed
        }
        return outcome
    }

    /// Applies one part; nil when the event was applied before.
    private func apply(
        _ part: PreparedEvent,
        _ partID: String,
        of id: String,
        to provider: Provider
    ) async throws -> (published: Int, unchanged: Int, removed: Int)? {
        let name = provider.name
        let keys = store.keys(of: name)
        let locationKey = provider.locationKey
        var (current, previous): (Int64, Int64) = (0, 0)
        while true {
            let (generation, older) = (current, previous)
            let reply = try await store.evaluate(
                Scripts.event,
                on: store.lane(of: name),
                keys: [
                    keys.hash, keys.seen(current), keys.seen(previous), keys.digests, keys.touched, keys.rejected,
                    keys.ids, keys.owners, keys.deliveries,
                ]
            ) { command in
                command.append(generation)
                command.append(older)
                command.append(id)
                command.append(partID)
                command.append(part, locationKey: locationKey)
            }
            switch try reply.word() {
            case "ok":
                return (Int(try reply.integer(1)), Int(try reply.integer(2)), Int(try reply.integer(3)))
            case "repeated": return (0, 0, 0)
            case "duplicate": return nil
            case "unknown": throw OperationError.unknown(name)
            case "purged":
                throw OperationError(.refused, "\(name) was purged: `tidemark start \(name)` brings it back")
            case "behind":
                throw OperationError(
                    .behind,
                    "the consumers of \(name) are behind: the event was not applied, or not all of it; send it again"
                )
            default: (current, previous) = (try reply.integer(1), try reply.integer(2))
            }
        }
    }
}

extension RedisCommand {
    /// What `live.lua` reads, and the counts before it.
    mutating func append(_ part: PreparedEvent, locationKey: String) {
        append(JSON.string(locationKey).bytes)
        append(Int64(part.added.count))
        append(Int64(part.removed.count))
        append(Int64(part.rejected.count))
        for entity in part.added { append(entity.ref.string) }
        for entity in part.added { append(entity.digest.bytes) }
        for entity in part.added { append(entity.body) }
        for ref in part.removed { append(ref.string) }
        for rejection in part.rejected {
            append(rejection.ref?.string ?? "")
            append(rejection.reason)
            append(rejection.excerpt)
        }
    }
}
