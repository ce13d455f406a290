internal import Catalog
internal import Redis

/// Checks the invariants on a live Redis, in bounded steps, without a write.
///
/// A provider whose state changes while it is looked at is looked at again; one that never holds still is reported as not
/// checked, not as violated.
package struct Verifier: Sendable {
    package let store: Store
    let clock: any Clock<Duration>
    /// How often a provider that changes meanwhile is looked at.
    private let tries = 20

    package init(store: Store, clock: any Clock<Duration> = ContinuousClock()) {
        self.store = store
        self.clock = clock
    }

    package func verify(_ provider: String) async throws -> Verification {
        var verification = Verification()
        verification.checks += try await settled(
            provider,
            [
                Verification.Check(1, "a job is in exactly one place", provider: provider),
                Verification.Check(7, "outstanding chains are the jobs not finished", provider: provider),
            ]
        ) { try await jobs(of: provider, $0) }
        verification.checks += try await settled(
            provider,
            [
                Verification.Check(2, "a ref is in exactly one generation", provider: provider)
            ]
        ) { try await generations(of: provider, $0) }
        verification.checks += try await settled(
            provider,
            [
                Verification.Check(3, "a digest belongs to a known ref", provider: provider),
                Verification.Check(3, "a known ref was published since everything was to be", provider: provider),
                Verification.Check(
                    3,
                    "the deltas from their start give the known refs and digests",
                    provider: provider
                ),
            ]
        ) {
            try await [
                digests(of: provider, $0[0]), published(of: provider, $0[1]), replay(of: provider, $0[2]),
            ]
        }
        verification.checks.append(
            try await marks(
                of: provider,
                Verification.Check(8, "no sweep removed what its own cycle published", provider: provider)
            )
        )
        guard try await store.redis.send(RedisCommand("EXISTS", store.keys(of: provider).owners)).int == 1 else {
            return verification
        }
        verification.checks += try await settled(
            provider,
            [
                Verification.Check(2, "an entity's record is that of a known ref", provider: provider),
                Verification.Check(2, "records and their entities name each other", provider: provider),
            ]
        ) { try await records(of: provider, $0) }
        return verification
    }

    /// Repeats a check until the provider's hash is the same before and after, so that what was read belongs together.
    private func settled(
        _ provider: String,
        _ checks: [Verification.Check],
        _ check: ([Verification.Check]) async throws -> [Verification.Check]
    ) async throws -> [Verification.Check] {
        for attempt in 0..<tries {
            if attempt > 0 { try await clock.sleep(for: .milliseconds(Int.random(in: 20...200))) }
            let before = try await state(of: provider)
            let result = try await check(checks)
            if try await state(of: provider) == before { return result }
        }
        return checks.map {
            var check = $0
            check.skipped = "the provider never held still: pause it, or verify again later"
            return check
        }
    }

    /// The provider's hash without what changes while nothing happens: its workers' signs of life, and the calls that they count.
    private func state(of provider: String) async throws -> [String: [UInt8]] {
        let reply = try await store.redis.send(RedisCommand("HGETALL", store.keys(of: provider).hash))
        return Dictionary(reply.fields, uniquingKeysWith: { first, _ in first })
            .filter { !["served_at", "calls_due", "calls_interval"].contains($0.key) }
    }

    private func jobs(of provider: String, _ checks: [Verification.Check]) async throws -> [Verification.Check] {
        var (places, outstanding) = (checks[0], checks[1])
        let lane = store.lane(of: provider)
        let keys = lane.provider(provider)
        var found: [String: [String]] = [:]
        for (place, key) in [("ready", lane.ready), ("waiting", keys.waiting), ("dead", lane.dead)] {
            for id in try await list(key) where Job.provider(of: id) == provider {
                found[id, default: []].append(place)
            }
        }
        var times: [String: Int64] = [:]
        for (place, key) in [("delayed", lane.delayed), ("leased", lane.leased)] {
            for try await values in store.scan("ZSCAN", key, match: "\(provider):*") {
                // A scan may give the same member twice.
                for index in stride(from: 0, to: values.count - 1, by: 2) {
                    if let id = values[index].string, found[id]?.contains(place) != true {
                        found[id, default: []].append(place)
                        times[id] = values[index + 1].string.flatMap(Double.init).flatMap { Int64(exactly: $0) }
                    }
                }
            }
        }
        let state = Fields(try await store.redis.send(RedisCommand("HGETALL", keys.hash)))
        var chains = 0
        for (id, positions) in found.sorted(by: { $0.key < $1.key }) {
            places.looked += 1
            if positions.count > 1 { places.violate("job \(id) is in \(positions.joined(separator: " and "))") }
            let job = Fields(try await store.redis.send(RedisCommand("HGETALL", lane.job(id))))
            if job["kind"] == nil { places.violate("job \(id) is in \(positions[0]) and has no hash") }
            let version = job["v"].map { Int64($0) ?? 0 } ?? 1
            if version < 1 { places.violate("job \(id) has no version that there is: \(job["v"] ?? "")") }
            if let time = times[id], time >= Job.newer, time != version * Job.newer {
                places.violate("job \(id), of version \(version), waits for another version of workers")
            }
            if job["kind"] == "page", job["generation"] == state["generation"], positions != ["dead"] { chains += 1 }
        }
        for try await names in store.scan("SCAN", keys.hash, match: lane.job("\(provider):*")) {
            for name in names.compactMap(\.string) {
                let id = String(name.dropFirst(lane.job("").count))
                if found[id] == nil { places.violate("job \(id) has a hash and is nowhere") }
            }
        }

        outstanding.looked = chains
        if state["open"] != nil, state.count("outstanding") != chains {
            outstanding.violate("\(state.count("outstanding")) chains are outstanding, \(chains) jobs are not finished")
        }
        let active = found.values.count { $0 == ["ready"] || $0 == ["leased"] }
        if state.count("active") != active {
            outstanding.violate("\(state.count("active")) jobs count as ready or leased, \(active) are")
        }
        return [places, outstanding]
    }

    private func generations(of provider: String, _ checks: [Verification.Check]) async throws -> [Verification.Check] {
        var check = checks[0]
        let keys = store.keys(of: provider)
        guard let (current, previous) = try await generations(of: provider) else { return [check] }
        let known = [keys.seen(current), keys.seen(previous)]
        // Before the first cycle both generations are one and the same set.
        var sets: [(key: String, size: Int64)] = []
        for key in Set(known + [keys.missed]) {
            sets.append((key, try await store.redis.send(RedisCommand("SCARD", key)).int ?? 0))
        }
        sets.sort { ($0.size, $0.key) < ($1.size, $1.key) }
        check.looked = Int(sets.reduce(0) { $0 + $1.size })
        for (index, small) in sets.dropLast().enumerated() {
            for try await refs in store.scan("SSCAN", small.key) where !refs.isEmpty {
                let refs = refs.map { $0.string ?? "" }
                for large in sets.dropFirst(index + 1) {
                    let command = RedisCommand("SMISMEMBER", arguments: [large.key] + refs)
                    let members = try await store.redis.send(command).array ?? []
                    for (ref, member) in zip(refs, members) where member.int == 1 {
                        check.violate("\(ref) is in \(small.key) and in \(large.key)")
                    }
                }
            }
        }
        if try await store.redis.send(RedisCommand("HGET", keys.hash, "missed")) == .null,
            sets.contains(where: { $0.key == keys.missed && $0.size > 0 })
        {
            check.violate("\(keys.missed) has refs, and the field missed of \(keys.hash) says that it is not in use")
        }
        for try await names in store.scan("SCAN", keys.hash, match: keys.hash + ":seen:*") {
            for name in names.compactMap(\.string) where !known.contains(name) {
                check.violate("\(name) belongs to neither generation \(current) nor \(previous)")
            }
        }
        return [check]
    }

    func generations(of provider: String) async throws -> (current: Int64, previous: Int64)? {
        let reply = try await store.redis.send(
            RedisCommand("HMGET", store.keys(of: provider).hash, "generation", "previous")
        )
        guard let values = reply.array, values.count == 2, let current = values[0].int else { return nil }
        return (current, values[1].int ?? 0)
    }

    private func list(_ key: String) async throws -> [String] {
        var ids: [String] = []
        while true {
            let reply = try await store.redis.send(RedisCommand("LRANGE", key, "\(ids.count)", "\(ids.count + 999)"))
            let page = (reply.array ?? []).compactMap(\.string)
            ids += page
            if page.count < 1_000 { return ids }
        }
    }
}
