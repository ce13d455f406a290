internal import Redis

extension Operations {
    /// The names of all providers that Redis knows, sorted.
    package func providers() async throws -> [String] {
        var names: [String] = []
        for lane in 0..<store.lanes {
            let reply = try await store.redis.send(RedisCommand("SMEMBERS", store.lane(lane).providers))
            names += (reply.array ?? []).compactMap(\.string)
        }
        return names.sorted()
    }

    /// The status of every provider that Redis knows, by name.
    package func statuses() async throws -> [ProviderStatus] {
        var statuses: [ProviderStatus] = []
        for name in try await providers() {
            do {
                statuses.append(try await status(of: name))
            } catch let error as OperationError where error.code == .unknownProvider {
                continue  // Its hash was removed by hand.
            }
        }
        return statuses
    }

    /// The status of one provider.
    package func status(of name: String) async throws -> ProviderStatus {
        let keys = store.keys(of: name)
        let replies = try await store.redis.pipeline([
            RedisCommand("HGETALL", keys.hash), RedisCommand("LLEN", keys.waiting),
            RedisCommand("XLEN", keys.deltas), RedisCommand("TIME"), RedisCommand("HGETALL", keys.feed),
            // None, unless builds of several versions are at work.
            RedisCommand(
                "ZRANGE",
                store.lane(of: name).delayed,
                "\(Job.newer)",
                "+inf",
                "BYSCORE",
                "LIMIT",
                "0",
                "1000",
                "WITHSCORES"
            ),
            RedisCommand("ZRANGE", keys.workers, "0", "999", "WITHSCORES"),
        ])
        let at = (try? store.milliseconds(of: replies[3])) ?? 0
        let fields = Fields(replies[0])
        guard let generation = fields.integer("generation") else { throw OperationError.unknown(name) }
        let sets = try await store.redis.pipeline([
            RedisCommand("SCARD", keys.seen(generation)),
            RedisCommand("SCARD", keys.seen(fields.integer("previous") ?? 0)),
            RedisCommand("SCARD", keys.missed),
        ])
        let marked = sets[0].int ?? 0
        // Before the first cycle both generations are one and the same set.
        let once = fields.integer("previous") == generation ? 0 : sets[1].int ?? 0
        let twice = sets[2].int ?? 0
        return ProviderStatus(
            name: name,
            phase: ProviderStatus.Phase(rawValue: fields["status"] ?? "") ?? .starting,
            pausedSince: fields.integer("paused"),
            throttledSince: fields.integer("throttled"),
            generation: generation,
            completed: fields.count("completed"),
            endings: fields.endings,
            counts: ProviderStatus.Counts(fields),
            outstanding: fields.count("outstanding"),
            givenUp: fields.count("given_up"),
            marked: Int(marked),
            known: Int(marked + once + twice),
            removeAfterMisses: fields.misses,
            leaving: Int(fields.sweepMisses == 1 ? once + twice : twice),
            started: fields.integer("started"),
            ended: fields.integer("ended"),
            lastPage: fields.integer("read_at"),
            completedAt: fields.integer("completed_at"),
            failedAt: fields.integer("failed_at"),
            waits: fields["waits"],
            due: fields.integer("due"),
            callsUntil: fields.integer("calls_until"),
            error: fields["error"],
            errorAt: fields.integer("error_at"),
            failures: fields.count("failures"),
            stalls: fields.count("stalls"),
            held: fields["held"].map {
                ProviderStatus.HeldSweep(
                    reason: $0,
                    unmarked: fields.count("held_unmarked"),
                    known: fields.count("held_known")
                )
            },
            feed: fields["changes"] == nil ? nil : ProviderStatus.Feed(Fields(replies[4])),
            active: fields.count("active"),
            waiting: Int(replies[1].int ?? 0),
            workers: fields["plan"].map {
                ProviderStatus.Workers(replies[6], plan: $0, seen: fields.integer("served_at"), at: at)
            },
            newer: ProviderStatus.Newer(replies[5], of: name),
            streamLength: Int(replies[2].int ?? 0),
            at: at
        )
    }
}

extension ProviderStatus.Workers {
    /// From the signs of life of those that have the provider, `PLAN WORKER` each.
    fileprivate init(_ signs: RESPValue, plan: String, seen: Int64?, at: Int64) {
        let values = signs.array ?? []
        let living = stride(from: 0, to: values.count - 1, by: 2).filter {
            let seen = values[$0 + 1].string.flatMap(Double.init) ?? 0
            return seen > Double(at - Store.signOfLifeCounts.milliseconds)
        }
        let withPlan = living.count { values[$0].string?.hasPrefix(plan + " ") == true }
        self.init(withPlan: withPlan, withAnother: living.count - withPlan, seen: seen)
    }
}

extension ProviderStatus.Newer {
    /// From the jobs of a lane that are due when their version is known.
    fileprivate init?(_ jobs: RESPValue, of provider: String) {
        let values = jobs.array ?? []
        let due = stride(from: 0, to: values.count - 1, by: 2)
            .filter { values[$0].string.map(Job.provider(of:)) == provider }
            .compactMap { values[$0 + 1].string.flatMap(Double.init).flatMap { Int64(exactly: $0) } }
        guard let latest = due.max() else { return nil }
        self.init(count: due.count, version: latest / Job.newer)
    }
}

extension ProviderStatus.Feed {
    fileprivate init(_ fields: Fields) {
        self.init(
            hasPoint: fields["cursor"] != nil,
            polledAt: fields.integer("polled_at"),
            caughtUpAt: fields.integer("caught_up_at"),
            due: fields.integer("due"),
            told: fields.count("told"),
            error: fields["error"],
            errorAt: fields.integer("error_at"),
            failures: fields.count("failures")
        )
    }
}

extension ProviderStatus.Counts {
    init(_ fields: Fields) {
        self.init(
            pages: fields.count("pages"),
            marked: fields.count("marked"),
            added: fields.count("added"),
            changed: fields.count("changed"),
            unchanged: fields.count("unchanged"),
            removed: fields.count("removed"),
            rejected: fields.count("rejected"),
            duplicates: fields.count("duplicates"),
            unmodified: fields.count("unmodified"),
            shrunk: fields.count("shrunk")
        )
    }
}

/// The fields of a hash, as HGETALL answers them, or of an XINFO, whose values may be integers.
struct Fields {
    private let values: [String: String]

    init(_ reply: RESPValue) {
        var values: [String: String] = [:]
        let list = reply.array ?? []
        for index in stride(from: 0, to: list.count - 1, by: 2) {
            guard let name = list[index].string else { continue }
            let value = list[index + 1]
            values[name] = value.string ?? value.int.map { "\($0)" }
        }
        self.values = values
    }

    subscript(_ name: String) -> String? { values[name] }
    /// Nil for what no script writes: a number beyond those that Lua counts with would overflow in a sum.
    func integer(_ name: String) -> Int64? {
        guard let text = values[name], let number = Double(text), abs(number) <= Double(Store.greatestCount) else {
            return nil
        }
        return Int64(text) ?? Int64(number)
    }

    func count(_ name: String) -> Int { Int(integer(name) ?? 0) }

    /// After how many misses the provider removes.
    var misses: Int { self["misses"] == "2" ? 2 : 1 }

    /// After how many the sweep does that is held, else the next one.
    var sweepMisses: Int { self["held"] == nil ? misses : self["held_misses"] == "2" ? 2 : 1 }

    /// As `record` of lane.lua counts them.
    fileprivate var endings: [CycleRecord.Outcome: Int] {
        Dictionary(
            uniqueKeysWithValues: CycleRecord.Outcome.allCases.map {
                ($0, count($0 == .completed ? "completed" : "ended_\($0.rawValue)"))
            }
        )
    }
}
