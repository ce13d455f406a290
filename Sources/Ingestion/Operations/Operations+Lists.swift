internal import Catalog
internal import Redis

/// A job that was given up on.
package struct DeadJob: Sendable, Equatable {
    package var id: String
    package var provider: String
    package var generation: Int64
    package var cursor: String?
    package var attempts: Int
    package var deliveries: Int
    package var error: String?
}

/// An entity that was rejected, as the stream of a provider keeps it.
package struct RejectedEntity: Sendable, Equatable {
    /// The entry's id: milliseconds since 1970, then a counter.
    package var id: String
    package var generation: Int64
    package var entityRef: String?
    package var reason: String
    /// The start of the entity as the source gave it.
    package var entity: String
}

extension Operations {
    /// What a sweep would remove now, at most `most` of them, in no order; found by SSCAN. If what a feed of changes told is
    /// held, what that would remove, of which the first 500 are kept.
    package func unmarked(_ name: String, most: Int) async throws -> [String] {
        if try await status(of: name).held?.isOfChanges == true { return try await heldRemovals(name, most: most) }
        var found: Set<String> = []
        for key in try await leaving(name) {
            for try await refs in store.scan("SSCAN", key) {
                found.formUnion(refs.compactMap(\.string))
                if found.count >= most { break }
            }
        }
        return Array(found.sorted().prefix(most))
    }

    /// The sets from which a sweep would remove.
    private func leaving(_ name: String) async throws -> [String] {
        let keys = store.keys(of: name)
        let fields = Fields(try await store.redis.send(RedisCommand("HGETALL", keys.hash)))
        guard let generation = fields.integer("generation") else { throw OperationError.unknown(name) }
        guard fields.sweepMisses == 1, let previous = fields.integer("previous"), previous != generation else {
            return [keys.missed]
        }
        return [keys.missed, keys.seen(previous)]
    }

    /// A part of what a sweep would remove now, about `most` refs, from a cursor on, "0" at first; with the next cursor, or nil
    /// after the last part. What is marked meanwhile may be missed, and a ref may come twice.
    ///
    /// A cursor is one of SSCAN over the missed refs, or, after an `o`, over the older generation.
    package func unmarked(_ name: String, from cursor: String, about most: Int) async throws -> (
        refs: [String], next: String?
    ) {
        if try await status(of: name).held?.isOfChanges == true {
            return (try await heldRemovals(name, most: ChangePart.mostRecords), nil)
        }
        let sets = try await leaving(name)
        var refs: [String] = []
        var number = cursor.hasPrefix("o") ? 1 : 0
        var start = number == 1 ? String(cursor.dropFirst()) : cursor
        while number < sets.count {
            var iterator = Scan.Iterator(scan: store.scan("SSCAN", sets[number]), cursor: start)
            while refs.count < most, let part = try await iterator.next() { refs += part.compactMap(\.string) }
            if let next = iterator.cursor { return (refs, number == 1 ? "o" + next : next) }
            (number, start) = (number + 1, "0")
            if refs.count >= most, number < sets.count { return (refs, "o0") }
        }
        return (refs, nil)
    }

    private func heldRemovals(_ name: String, most: Int) async throws -> [String] {
        guard most > 0 else { return [] }
        let key = store.keys(of: name).heldRemovals
        let refs = try await store.redis.send(RedisCommand("LRANGE", key, "0", "\(most - 1)"))
        return (refs.array ?? []).compactMap(\.string)
    }

    /// The newest rejected entities first; with `before`, those that are older than this one.
    package func rejected(_ name: String, most: Int, before id: String? = nil) async throws -> [RejectedEntity] {
        _ = try await status(of: name)
        // Nothing is older than the least id, and Redis takes it for an error.
        if let id, id.allSatisfy({ "0-".contains($0) }) { return [] }
        let reply = try await store.redis.send(
            RedisCommand(
                "XREVRANGE",
                store.keys(of: name).rejected,
                id.map { "(" + $0 } ?? "+",
                "-",
                "COUNT",
                "\(most)"
            )
        )
        return (reply.array ?? []).compactMap { entry in
            guard let parts = entry.array, parts.count == 2, let id = parts[0].string else { return nil }
            let fields = Fields(parts[1])
            return RejectedEntity(
                id: id,
                generation: fields.integer("generation") ?? 0,
                entityRef: fields["entityRef"].flatMap { $0.isEmpty ? nil : $0 },
                reason: fields["reason"] ?? "",
                entity: fields["entity"] ?? ""
            )
        }
    }

    /// How the last cycles ended, the newest first.
    package func history(_ name: String, most: Int) async throws -> [CycleRecord] {
        _ = try await status(of: name)
        let reply = try await store.redis.send(
            RedisCommand("XREVRANGE", store.keys(of: name).history, "+", "-", "COUNT", "\(most)")
        )
        return (reply.array ?? []).compactMap { entry in
            guard let fields = (entry.array?.last).map(Fields.init), let generation = fields.integer("generation")
            else {
                return nil
            }
            return CycleRecord(
                generation: generation,
                outcome: fields["outcome"].flatMap(CycleRecord.Outcome.init),
                reason: fields["reason"] ?? "",
                started: fields.integer("started") ?? 0,
                ended: fields.integer("ended") ?? 0,
                counts: ProviderStatus.Counts(fields),
                known: fields.count("known")
            )
        }
    }

    /// The jobs given up on, of one provider or of all, the newest last.
    package func dead(_ name: String? = nil) async throws -> [DeadJob] {
        var jobs: [DeadJob] = []
        for number in 0..<store.lanes {
            let lane = store.lane(number)
            let ids = try await store.redis.send(RedisCommand("LRANGE", lane.dead, "0", "-1")).array ?? []
            for id in ids.compactMap(\.string) where name == nil || Job.provider(of: id) == name {
                let fields = Fields(try await store.redis.send(RedisCommand("HGETALL", lane.job(id))))
                jobs.append(
                    DeadJob(
                        id: id,
                        provider: Job.provider(of: id),
                        generation: fields.integer("generation") ?? 0,
                        cursor: fields["cursor"],
                        attempts: fields.count("attempts"),
                        deliveries: fields.count("deliveries"),
                        error: fields["error"]
                    )
                )
            }
        }
        return jobs
    }

    /// The ids of a provider's delayed jobs, some hundreds at a time.
    func delayedJobs(of name: String) -> AsyncMapSequence<Scan, [String]> {
        store.scan("ZSCAN", store.lane(of: name).delayed, match: "\(name):*").map { values in
            stride(from: 0, to: values.count - 1, by: 2).compactMap { values[$0].string }
        }
    }
}
