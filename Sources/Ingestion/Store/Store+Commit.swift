package import Catalog
internal import Redis

/// What one commit writes: at most 500 entities and 1 MiB of bodies.
package struct Part: Sendable {
    /// New or changed: to be published.
    package var published: [Entity] = []
    /// Known with the same digest: only marked.
    package var unchanged: [Entity] = []
    package var rejected: [EntityRejection] = []
    package var duplicates = 0
    /// How many entities of the page are left out because a live event overtook them. The source lists them all the same.
    package var overtaken = 0
    /// From which record of the source each entity was made, where its provider's changes are polled.
    package var records: [EntityRef: String]?
    /// How many records the page says there are in all, beside ``next``.
    package var total: Int64?
    /// Where the chain goes on, as canonical JSON; nil when the page goes on in another part.
    package var next: [[UInt8]]?
    /// What is kept of the page, beside ``next``.
    package var keeping: Keeping?

    package init() {}
}

/// What a commit came to.
package enum Committed: Sendable {
    case applied(Applied)
    /// This sequence was applied before: a reply had been lost.
    case duplicate(throttled: Bool, events: Int64)
    /// Nothing was written: a live event overtook some of these, the digests of others are no longer what was read.
    /// Indexes run over the published, then the unchanged.
    case retry(overtaken: [Int], outdated: [Int])
    /// Nothing was written: the page was read before events of which the names are kept no more. It is read again, with
    /// this event sequence.
    case reread(events: Int64)
    /// Nothing was written: this one of the next cursors is one that the chain has had.
    case circle(Int)
    /// Nothing was written: with the chains of this fork, more than ``Store/mostChains`` of a cycle would be open.
    case tooManyChains(open: Int)
    case refused(Refusal)
}

/// The counts of one commit.
package struct Applied: Sendable {
    package var throttled: Bool
    /// The provider's event sequence.
    package var events: Int64
    package var added: Int
    package var changed: Int
    package var marked: Int
    /// The total that the page before in the chain named, if this one's is less.
    package var totalBefore: Int64?
}

extension Store {
    /// The stored digests of these refs, in their order; nil where there is none.
    package func digests(of refs: some Collection<EntityRef>, provider: String) async throws -> [[UInt8]?] {
        try await values(of: refs.map(\.string), in: keys(of: provider).digests).map(\.bytes)
    }

    package func commit(_ part: Part, of job: Job, provider: Provider, events: Int64, lease: Duration) async throws
        -> Committed
    {
        let keys = keys(of: job.provider)
        let name = job.provider
        let rest = provider.restLength.milliseconds
        let locationKey = provider.locationKey
        let reply = try await evaluate(
            Scripts.commit,
            on: lane(of: name),
            keys: [
                keys.hash, keys.seen(job.generation), keys.seen(job.previous), keys.digests, keys.touched,
                keys.rejected, keys.validators, keys.validatorsBefore, keys.ids, keys.owners,
            ]
        ) { command in
            command.append(holder: job)
            command.append(job.sequence + 1)
            command.append(lease.milliseconds)
            command.append(events)
            command.append(rest)
            command.append(makeJobID(name))
            command.append(Int64(part.duplicates))
            command.append(Int64(part.next?.count ?? -1))
            command.append(Int64(part.published.count))
            command.append(Int64(part.unchanged.count))
            command.append(Int64(part.rejected.count))
            command.append(Delta.addedJSON(part.published, locationKey: locationKey))
            command.append(part.records == nil ? 0 : 1)
            command.append(part.total.map { "\($0)" } ?? "")
            command.append(Int64(part.overtaken))
            for entity in part.published { command.append(entity.ref.string) }
            for entity in part.unchanged { command.append(entity.ref.string) }
            for entity in part.published { command.append(entity.digest.bytes) }
            for entity in part.unchanged { command.append(entity.digest.bytes) }
            for rejection in part.rejected {
                command.append(rejection.ref?.string ?? "")
                command.append(rejection.reason)
                command.append(rejection.excerpt)
            }
            if let records = part.records {
                for entity in part.published { command.append(records[entity.ref] ?? "") }
                for entity in part.unchanged { command.append(records[entity.ref] ?? "") }
            }
            for cursor in part.next ?? [] {
                command.append(makeJobID(name))
                command.append(cursor)
            }
            if part.next != nil, let keeping = part.keeping {
                command.append(keeping.page)
                command.append(keeping.record ?? [])
            }
        }
        switch try reply.word() {
        case "ok":
            return .applied(
                Applied(
                    throttled: try reply.integer(1) == 1,
                    events: try reply.integer(2),
                    added: Int(try reply.integer(3)),
                    changed: Int(try reply.integer(4)),
                    marked: Int(try reply.integer(5)),
                    totalBefore: try reply.integer(6) < 0 ? nil : try reply.integer(6)
                )
            )
        case "duplicate": return .duplicate(throttled: try reply.integer(1) == 1, events: try reply.integer(2))
        case "retry":
            return .retry(
                overtaken: try reply.list(1).compactMap { $0.int.map { Int($0) - 1 } },
                outdated: try reply.list(2).compactMap { $0.int.map { Int($0) - 1 } }
            )
        case "reread": return .reread(events: try reply.integer(1))
        case "circle": return .circle(Int(try reply.integer(1)) - 1)
        case "chains": return .tooManyChains(open: Int(try reply.integer(1)))
        case let word: return .refused(try reply.refused(word).refusal)
        }
    }

    /// How many chains of a cycle may be open at a time, as `commit.lua` has it.
    static let mostChains = 100_000
}
