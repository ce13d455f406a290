internal import Catalog
internal import Redis

/// What one part of a feed's changes came to.
enum AppliedChanges: Sendable {
    case applied(published: Int, unchanged: Int, removed: Int, isBehind: Bool)
    /// This part was applied before: a reply had been lost.
    case repeated
    /// Nothing was written: a page was committed meanwhile, and a record has other refs.
    case retry
    case refused(Refusal)
}

extension Store {
    /// Takes the poll of a provider's changes, if it is due.
    package func poll(_ provider: Provider, every pause: Duration, lease: Duration) async throws -> PollClaim {
        let keys = keys(of: provider.name)
        let holder = makeJobID(provider.name)
        let worker = worker
        let reply = try await evaluate(Scripts.poll, on: lane(of: provider.name), keys: [keys.hash, keys.feed]) {
            $0.append(lease.milliseconds)
            $0.append(pause.milliseconds)
            $0.append(holder)
            $0.append(worker)
        }
        guard try reply.word() == "taken" else { return .wait(.milliseconds(try reply.integer(1))) }
        return .taken(
            PollTurn(
                fence: try reply.integer(1),
                failures: Int(try reply.integer(2)),
                cursor: try reply.bytes(3)
            )
        )
    }

    /// The refs of these records as they are kept, in their order; empty for none.
    func refs(ofRecords ids: [String], provider: String) async throws -> [String] {
        try await values(of: ids, in: keys(of: provider).ids).map { $0.string ?? "" }
    }

    /// Applies one part of what a feed told.
    func apply(
        _ part: ChangePart,
        of turn: PollTurn,
        provider: Provider,
        lease: Duration
    ) async throws -> AppliedChanges {
        let name = provider.name
        let keys = keys(of: name)
        let locationKey = provider.locationKey
        var (current, previous): (Int64, Int64) = (0, 0)
        while true {
            let (generation, older) = (current, previous)
            let reply = try await evaluate(
                Scripts.changes,
                on: lane(of: name),
                keys: [
                    keys.hash, keys.seen(current), keys.seen(previous), keys.digests, keys.touched, keys.rejected,
                    keys.ids, keys.owners, keys.feed,
                ]
            ) { command in
                command.append(generation)
                command.append(older)
                command.append(turn.fence)
                command.append(turn.part + 1)
                command.append(lease.milliseconds)
                command.append(part.cursor ?? [])
                command.append(Int64(part.records.count))
                command.append(part.event, locationKey: locationKey)
                for maker in part.makers { command.append(maker) }
                for record in part.records {
                    command.append(record.id)
                    command.append(record.kept)
                    command.append(record.isOver ? 1 : 0)
                }
            }
            switch try reply.word() {
            case "ok":
                return .applied(
                    published: Int(try reply.integer(1)),
                    unchanged: Int(try reply.integer(2)),
                    removed: Int(try reply.integer(3)),
                    isBehind: try reply.integer(4) == 1
                )
            case "repeated": return .repeated
            case "retry": return .retry
            case "moved": (current, previous) = (try reply.integer(1), try reply.integer(2))
            case let word: return .refused(try reply.refused(word).refusal)
            }
        }
    }

    /// Ends a turn; false when another has it by now.
    package func end(_ turn: PollTurn, _ outcome: PollOutcome, of provider: String, pause: Duration) async throws
        -> Bool
    {
        let keys = keys(of: provider)
        let next = makeJobID(provider)
        let reply = try await evaluate(Scripts.polled, on: lane(of: provider), keys: [keys.hash, keys.feed]) {
            $0.append(turn.fence)
            $0.append(outcome.word)
            $0.append(pause.milliseconds)
            $0.append(String(outcome.error.prefix(Self.errorLength)))
            $0.append(next)
        }
        return try reply.word() == "ok"
    }

    /// Whether the point is stored from which a provider's changes are told.
    func hasPoint(_ provider: String) async throws -> Bool {
        try await redis.send(RedisCommand("HGET", keys(of: provider).feed, "cursor")) != .null
    }

    /// How many refs of a provider are known.
    func known(_ provider: String) async throws -> Int {
        let keys = keys(of: provider)
        let state = try await redis.send(RedisCommand("HMGET", keys.hash, "generation", "previous")).array ?? []
        // Before the first cycle both generations are one and the same set.
        let generations = Set(state.compactMap(\.int))
        let sets = generations.map { keys.seen($0) } + [keys.missed]
        let sizes = try await redis.pipeline(sets.map { RedisCommand("SCARD", $0) })
        return sizes.reduce(0) { $0 + Int($1.int ?? 0) }
    }
}
