import Catalog

@testable import Ingestion

/// The invariants of the design, checked on what Redis holds and on all that was published. It knows nothing of the model.
struct Invariants {
    let store: Store
    let laneOf: [String: Int]
    /// Provider, generation, job and sequence of every entry.
    private var published: Set<String> = []
    /// Which refs were met in which generation, from what was committed and told; it goes by none of Redis's sets.
    private var met = MetRefs()
    /// What a consumer has that reads everything: digests by ref.
    private var catalogs: [String: [String: String]] = [:]
    /// Under which location key it has them, as a catalog does that keeps them apart by it.
    private var locations: [String: [String: String]] = [:]
    /// The plan of each job's cursor: that of the worker who stored it.
    private var made: [String: String] = [:]
    /// As it was before the step.
    private var earlier = RedisState(Snapshot())

    init(store: Store, laneOf: [String: Int]) {
        self.store = store
        self.laneOf = laneOf
    }

    /// What does not hold after `step`.
    ///
    /// - Parameter worker: who made the step, if it is of a holder.
    mutating func check(
        _ snapshot: Snapshot,
        isChanged: Bool,
        step: Step,
        by worker: Step.Worker?,
        reply: String
    ) -> [String] {
        var violations: [String] = []
        if ["lost", "revoked"].contains(reply), isChanged {
            violations.append("5: a holder that was refused changed something")
        }
        if case .forget = step {
            (published, met, catalogs, locations, made, earlier) = ([], MetRefs(), [:], [:], [:], RedisState(snapshot))
            return []
        }
        if case .purge(let name, false, _) = step, reply == "purged" {
            catalogs[name] = [:]
            locations[name] = [:]
            met.forget(name)
        }
        let state = isChanged ? RedisState(snapshot) : earlier
        violations += jobs(state)
        if case .claim(let lane, _, _) = step { violations += waits(state, lane) }
        violations += plans(step, worker, reply, state)
        for name in laneOf.keys {
            let keys = store.keys(of: name)
            guard let provider = state.hash(keys.hash) else { continue }
            violations += places(provider, name, state)
            let generation = Int64(provider["generation"] ?? "0") ?? 0
            if let over = provider["over"].flatMap({ Int64($0) }),
                earlier.hash(keys.hash)?["over"] != provider["over"]
            {
                met.begin(over + 1, of: name, misses: Int(provider["misses"] ?? "1") ?? 1)
            }
            violations += replay(snapshot.entries[keys.deltas] ?? [], name, state)
            met.note(step, reply: reply, of: name, in: generation)
            violations += refs(provider, name, state)
            violations += retention(provider, keys, state)
            violations += records(keys, name, state)
        }
        earlier = state
        return violations
    }

    /// 10: a catalog that has read all there is has what is known, or was told to wait for the end of a cycle that publishes it.
    func check(_ catalog: WalkCatalog.State, of name: String, _ snapshot: Snapshot) -> [String] {
        guard !catalog.isRestarting else { return [] }
        let (all, state) = (catalogs[name] ?? [:], RedisState(snapshot))
        let digests = state.hash(store.keys(of: name).digests) ?? [:]
        // What was not published since a resync is rejected, or not listed any more: a catalog keeps what it has of it.
        var violations = catalog.entities.filter { ref, digest in
            all[ref].map { $0 != digest && digests[Substring(ref)] != nil } ?? true
        }.map { ref, _ in
            "10: a catalog has \(ref) of \(name), which is not known or has another body"
        }
        for ref in digests.keys where catalog.entities[String(ref)] == nil {
            violations.append("10: a catalog lacks \(ref) of \(name) for good")
        }
        return violations
    }

    /// 1: a job is in one place, and its hash is there as long as it is.
    private func jobs(_ state: RedisState) -> [String] {
        var places: [Substring: Int] = [:]
        for id in state.places.values.joined() { places[id, default: 0] += 1 }
        var violations = places.filter { $0.value > 1 }.map { "1: job \($0.key) is in \($0.value) places" }
        violations += state.jobs.keys.filter { places[$0] == nil }.map { "1: job \($0) is nowhere" }
        violations += places.keys.filter { state.jobs[$0] == nil }.map { "1: job \($0) has no hash" }
        return violations
    }

    /// After a claim no lease and no pause of its lane ends later than its length from now, whatever the clock said before. With more
    /// than five of a kind, it takes more claims.
    private func waits(_ state: RedisState, _ lane: Int) -> [String] {
        [(RedisState.Place.leased, "lease" as Substring), (.delayed, "delay")].flatMap { place, length -> [String] in
            let ids = (state.places[place] ?? []).filter { id in
                laneOf[Job.provider(of: String(id))] == lane && state.ends[id] ?? 0 < Job.newer
            }
            guard ids.count <= 5 else { return [] }
            return ids.filter { id in
                let most = state.jobs[id]?[length].flatMap { Int64($0) } ?? 0
                return state.ends[id] ?? 0 > store.clockOffset() + most
            }.map { "job \($0) waits for longer than its \(length)" }
        }
    }

    /// 7, and that work which can go on does.
    private func places(
        _ provider: [Substring: Substring],
        _ name: String,
        _ state: RedisState
    ) -> [String] {
        var violations: [String] = []
        let own = { (place: RedisState.Place) in
            (state.places[place] ?? []).filter { Job.provider(of: String($0)) == name }
        }
        let count = { Int(provider[$0] ?? "0") ?? 0 }
        let active = own(.ready).count + own(.leased).count
        if active != count("active") {
            violations.append("7: \(count("active")) jobs of \(name) count as active: \(active)")
        }
        let activeBefore = Int(earlier.hash(store.keys(of: name).hash)?["active"] ?? "0") ?? 0
        if active > max(count("concurrency"), activeBefore) { violations.append("\(name): \(active) jobs are active") }
        let (isPaused, isOpen) = (provider["paused"] != nil, provider["open"] != nil)
        let aside = state.lines[store.lane(of: name).aside] ?? []
        if !isPaused, !own(.waiting).isEmpty, active < count("concurrency"), !aside.contains(Substring(name)) {
            violations.append("\(name): jobs wait for a place that is free")
        }
        let alive = own(.ready) + own(.leased) + own(.delayed) + own(.waiting)
        let current = alive.filter { state.jobs[$0]?["generation"] ?? "0" == provider["generation"] ?? "0" }
        let chains = current.count { state.jobs[$0]?["kind"] == "page" }
        if isOpen, chains != count("outstanding") {
            violations.append("7: \(count("outstanding")) chains of \(name) are outstanding: \(chains)")
        }
        let goesOn =
            isOpen
            ? current.contains { state.jobs[$0]?["kind"] != "cycle" } : alive.contains { $0 == provider["next"] }
        if !goesOn, provider["status"] != "purged", provider["status"] != "purging" {
            violations.append("\(name) has no job left that would go on")
        }
        if !isOpen, provider["throttled"] != nil { violations.append("\(name) is throttled, and nothing goes on") }
        if isOpen, provider["held"] != nil { violations.append("\(name): a sweep is held in an open cycle") }
        return violations
    }

    /// 9: a cursor is claimed by nobody but a worker with the plan that made it.
    private mutating func plans(
        _ step: Step,
        _ worker: Step.Worker?,
        _ reply: String,
        _ state: RedisState
    ) -> [String] {
        switch step {
        case .commit where reply.hasPrefix("applied"):
            let plan = worker.map { Run.plan(of: $0).description } ?? ""
            for (id, job) in state.jobs where job["cursor"] != earlier.jobs[id]?["cursor"] { made[String(id)] = plan }
        case .claim(_, _, let by):
            return reply.split(separator: ", ").compactMap { claimed in
                guard let id = claimed.split(separator: " ").first.map(String.init), state.jobs[id[...]] != nil else {
                    return nil
                }
                let plan = Run.plan(of: by).description
                guard let maker = made[id], maker != plan, state.jobs[id[...]]?["cursor"] != nil else { return nil }
                return "9: \(id) has a cursor of plan \(maker), and a worker with plan \(plan) has it"
            }
        default: break
        }
        return []
    }

    /// 2 and 3: a ref is in one generation, and a consumer of all deltas has the refs and bodies that are known.
    private func refs(_ provider: [Substring: Substring], _ name: String, _ state: RedisState) -> [String] {
        var violations: [String] = []
        let keys = store.keys(of: name)
        let generations = state.seen[keys.hash] ?? [:]
        let allowed: Set<Substring> = [provider["generation"] ?? "0", provider["previous"] ?? "0", "missed"]
        if !allowed.isSuperset(of: generations.keys) {
            violations.append("2: generations \(generations.keys) of \(name)")
        }
        var known: Set<Substring> = []
        for ref in generations.values.joined() where !known.insert(ref).inserted {
            violations.append("2: \(ref) is in two generations of \(name)")
        }
        let catalog = catalogs[name] ?? [:]
        if Set(catalog.keys) != Set(known.map(String.init)) {
            violations.append("3: the deltas of \(name) give \(catalog.keys.sorted()), known are \(known.sorted())")
        }
        for (ref, digest) in state.hash(keys.digests) ?? [:] where catalog[String(ref)] != String(digest) {
            violations.append("3: \(ref) of \(name) was published with another body than its digest says")
        }
        return violations
    }

    /// Of a known ref that was made from a record both hashes say so, and of no other.
    private func records(_ keys: ProviderKeys, _ name: String, _ state: RedisState) -> [String] {
        let known = Set((state.seen[keys.hash] ?? [:]).values.joined())
        let owners = state.hash(keys.owners) ?? [:]
        var violations = owners.keys.filter { !known.contains($0) }.map { "2: \($0) of \(name) has a record" }
        var refs: [Substring: Substring] = [:]
        for (id, list) in state.hash(keys.ids) ?? [:] {
            for ref in list.split(separator: " ") {
                if refs.updateValue(id, forKey: ref) != nil { violations.append("2: \(ref) has two records") }
            }
        }
        if refs != owners { violations.append("2: refs of records \(refs), records of refs \(owners) of \(name)") }
        return violations
    }

    /// 6 and 8: replays what is new. Nothing appears twice, and a sweep removes only what its cycle did not meet.
    private mutating func replay(_ entries: [String], _ name: String, _ state: RedisState) -> [String] {
        guard !entries.isEmpty else { return [] }
        var violations: [String] = []
        let provider = earlier.hash(store.keys(of: name).hash) ?? [:]
        let sets = earlier.seen[store.keys(of: name).hash] ?? [:]
        let unmarked = Set((sets[provider["previous"] ?? "0"] ?? []) + (sets["missed"] ?? []))
        for entry in entries {
            guard let delta = try? Delta(fields: RedisState.fields(ofEntry: entry)) else {
                violations.append("an entry of \(name) cannot be read: \(entry)")
                continue
            }
            let identity = "\(name) \(delta.generation) \(delta.job) \(delta.sequence)"
            if !published.insert(identity).inserted { violations.append("\(identity) was published twice") }
            // As its guard said, or, of one that ended in its first step, as the provider's settings do.
            let job = Substring(delta.job)
            let misses = state.jobs[job]?["misses"] ?? earlier.jobs[job]?["misses"] ?? provider["misses"] ?? "1"
            let moved = Set(delta.added.map(\.entity.ref))
            for removed in delta.removed {
                let ref = removed.entityRef.string
                let key = locations[name, default: [:]].removeValue(forKey: ref)
                if key != removed.locationKey {
                    violations.append(
                        "\(ref) of \(name) is under \(key ?? "no key"), and removed under \(removed.locationKey)"
                    )
                }
                if delta.origin == .sweep {
                    violations += [
                        met.violation(ofRemoving: ref, name, by: delta.generation, misses: Int(misses) ?? 1)
                    ].compactMap(\.self)
                }
                catalogs[name]?[ref] = nil
                if !moved.contains(removed.entityRef) { met.forget(ref, name) }
            }
            for added in delta.added {
                let ref = added.entity.ref.string
                let key = locations[name, default: [:]].updateValue(added.locationKey, forKey: ref)
                if let key, key != added.locationKey {
                    violations.append("\(ref) of \(name) is under \(key), and added under \(added.locationKey)")
                }
                catalogs[name, default: [:]][ref] = added.entity.digest.description
            }
            if delta.type == .cycleCompleted {
                violations += met.complete(delta.generation, of: name, misses: Int(misses) ?? 1)
            }
            guard delta.origin == .sweep, !delta.removed.isEmpty else { continue }
            if provider["given_up"] != nil {
                violations.append("6: a cycle of \(name) in which a job was given up sweeps")
            }
            for removed in delta.removed where !unmarked.contains(Substring(removed.entityRef.string)) {
                violations.append("6: \(removed.entityRef) of \(name) was met, or not known, and is swept")
            }
        }
        return violations
    }

    /// What must not grow, and what must not be dropped.
    private func retention(
        _ provider: [Substring: Substring],
        _ keys: ProviderKeys,
        _ state: RedisState
    ) -> [String] {
        var violations: [String] = []
        if provider["open"] == nil, state.lines[keys.touched] != nil {
            violations.append("\(keys.touched) is kept though no page can be overtaken")
        }
        guard let first = Self.first(keys, state), let before = Self.first(keys, earlier), first > before else {
            return violations
        }
        for (group, entries) in state.groups[keys.deltas] ?? [:] {
            let last = entries[0]
            let needed = entries.dropFirst().filter { $0 <= last }.min().map { $0 - 1 } ?? last
            if first > max(needed, before) { violations.append("entries that \(group) still needs were trimmed") }
        }
        return violations
    }

    /// The oldest entry that is left of a stream.
    private static func first(_ keys: ProviderKeys, _ state: RedisState) -> Int? {
        guard let length = state.lines[keys.deltas].flatMap({ Int($0[0]) }),
            let published = state.hash(keys.hash)?["published"].flatMap({ Int($0) })
        else { return nil }
        return published - length + 1
    }
}
