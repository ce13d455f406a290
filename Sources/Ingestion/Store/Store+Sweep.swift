internal import Catalog
internal import Redis

/// What one step of a sweep came to.
package enum Swept: Sendable {
    /// Some were removed, so many are left.
    case removed(Int, left: Int, throttled: Bool)
    /// The guard holds the sweep; nothing was removed.
    case held(unmarked: Int, known: Int)
    /// Nothing is left: the cycle is complete.
    case completed
    /// This sequence was applied before: a reply had been lost.
    case duplicate
    case refused(Refusal)
}

extension Store {
    package func sweep(_ job: Job, provider: Provider, lease: Duration) async throws -> Swept {
        let keys = keys(of: job.provider)
        let next = makeJobID(job.provider)
        let locationKey = JSON.string(provider.locationKey).bytes
        let rejectsEmpty = provider.rejectEmptySourceCollections
        let percentage = "\(provider.rejectRemovalsAbovePercentage)"
        let rest = provider.restLength.milliseconds
        let reply = try await evaluate(
            Scripts.sweep,
            on: lane(of: job.provider),
            keys: [keys.hash, keys.seen(job.generation), keys.seen(job.previous), keys.digests, keys.ids, keys.owners]
        ) {
            $0.append(holder: job)
            $0.append(job.sequence + 1)
            $0.append(lease.milliseconds)
            $0.append(rejectsEmpty ? 1 : 0)
            $0.append(percentage)
            $0.append(rest)
            $0.append(next)
            $0.append(locationKey)
        }
        switch try reply.word() {
        case "swept":
            return .removed(
                Int(try reply.integer(1)),
                left: Int(try reply.integer(2)),
                throttled: try reply.integer(3) == 1
            )
        case "held": return .held(unmarked: Int(try reply.integer(1)), known: Int(try reply.integer(2)))
        case "completed": return .completed
        case "duplicate": return .duplicate
        case let word: return .refused(try reply.refused(word).refusal)
        }
    }
}
