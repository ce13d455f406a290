import Catalog

@testable import Ingestion

/// Chooses one step after the other, at random but with an eye on the model: most steps are what a worker would do next,
/// so that cycles come to their end; the others are operations, events, and what a network or a stalled worker makes of it.
struct Walk {
    var random: SeededGenerator
    let providers: [String]
    let lanes: Int

    /// What happens more often than elsewhere, so that what takes several of a kind is met.
    let mood: Mood

    enum Mood: CaseIterable {
        case calm, dying, expiring, failing, consuming, replanning
        /// Clocks that are set, servers that take nothing, removals that are held, location keys that change, backups.
        case drifting, refusing, holding, moving, restoring
    }

    let groups: [String]

    init(seed: UInt64, mood: Mood) {
        self.mood = mood
        random = SeededGenerator(seed: seed)
        providers = Array(["alpha", "beta", "gamma"].prefix(Int.random(in: 2...3, using: &random)))
        lanes = Int.random(in: 1...2, using: &random)
        groups = Array(["first", "second"].prefix(Int.random(in: 1...2, using: &random)))
    }

    mutating func next(_ run: Run) -> Step {
        if let held = providers.first(where: { run.model[$0].feed.held != nil }), chance(15) {
            return operate(run, on: held)
        }
        if let new = providers.first(where: { !run.model[$0].isKnown }), chance(50) { return register(new) }
        if let (name, worker) = absent(run), chance(mood == .replanning ? 10 : 40) {
            return register(name, by: worker)
        }
        if chance(mood == .replanning ? 12 : 1) { return replan(run) }
        switch mood {
        case .consuming where chance(15): return consume(run)
        case .restoring where chance(8): return restore(run)
        case .drifting where chance(25): return drift(run)
        case .holding where chance(25): return poll(run)
        case .moving where chance(4): return register(pick(providers))
        case .moving where chance(70): return work(run)
        case .dying where chance(10):
            // A page that killed its workers and was given up on for something else.
            if let dead = run.model.lanes.flatMap(\.dead).first(where: { (run.model.jobs[$0]?.setAside ?? 0) > 0 }) {
                return .retry(dead)
            }
        default: break
        }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<59: return work(run)
        case ..<66: return live(run)
        case ..<74: return poll(run)
        case ..<81: return operate(run)
        case ..<90: return goWrong(run)
        case ..<96: return consume(run)
        case ..<97: return .advance(seconds: seconds(run))
        default: return chance(67) ? register(pick(providers)) : .wake(lane: Int.random(in: 0..<lanes, using: &random))
        }
    }

    /// Time goes on, or the server's clock is set ahead or back.
    private mutating func seconds(_ run: Run, back: Int = 20) -> Int {
        // A clock that is set back and a backup put back together would give a fence twice.
        let goesBack = chance(mood == .restoring ? 0 : back) && run.clock.now > 500_000_000
        return goesBack ? -pick([1, 50, 10_000]) : pick([1, 3, 30, 60, 100, 10_000])
    }

    /// The clock is set, or somebody looks whose time has come.
    private mutating func drift(_ run: Run) -> Step {
        if chance(30) { return .advance(seconds: seconds(run, back: 60)) }
        if chance(50) { return .poll(pick(providers)) }
        return .claim(lane: Int.random(in: 0..<lanes, using: &random), count: pick([0, 0, 1, 2]), by: claimer())
    }

    // MARK: - Workers

    /// What a worker does that works as it should.
    private mutating func work(_ run: Run) -> Step {
        let held = run.order.suffix(40).filter { holder in
            guard let job = run.holders[holder]?.job else { return false }
            return run.model.refusal(job) == nil
        }
        let stopped = run.order.suffix(12).filter { refusal(of: $0, run) == "revoked" }
        if !stopped.isEmpty, chance(20) { return .release(pick(stopped), pause: false) }
        if held.isEmpty || chance(15) { return takeJobs(run) }
        if mood == .dying, chance(40) {
            let now = run.model.now
            let lane = (0..<lanes).first { run.model.lanes[$0].leased.values.contains { $0 <= now } }
            return lane.map { .claim(lane: $0, count: 2, by: claimer()) } ?? .advance(seconds: 31)
        }
        let holder = pick(held)
        guard let job = run.holders[holder]?.job, let state = run.model.jobs[job.id] else { return takeJobs(run) }
        if chance(4) { return repeated(pick([.cycle, .page, .sweep]), holder, job, run) }
        switch state.kind {
        case .cycle:
            let provider = run.model[job.provider]
            // What was over may go on just now.
            if chance(provider.held != nil || provider.status == "failed" ? 60 : 5) {
                return operate(run, on: job.provider)
            }
            return chance(95) ? begin(holder, run) : leave(holder, run)
        case .page:
            if mood == .dying, state.setAside > 0, chance(30) { return .fail(holder, maxAttempts: 1) }
            let commits =
                switch mood {
                case .expiring, .failing: 60
                case .drifting, .refusing: 40
                default: 85
                }
            return chance(commits)
                ? .commit(holder, listing(job, run)) : leave(holder, run)
        case .sweep:
            guard chance(90) else { return leave(holder, run) }
            return .sweep(
                holder,
                ahead: chance(80) ? 0 : pick([-1, 1]),
                rejectEmpty: chance(70),
                above: pick([100, 100, 50, 20, 0])
            )
        }
    }

    /// Why a holder may not write though its job is leased, to itself or to another.
    private func refusal(of holder: Step.Holder, _ run: Run) -> String? {
        guard let job = run.holders[holder]?.job,
            run.model.lanes[run.model.lane(of: job.id)].leased[job.id] != nil
        else { return nil }
        return run.model.refusal(job)
    }

    private mutating func takeJobs(_ run: Run) -> Step {
        if let name = providers.first(where: { run.model[$0].throttled != nil }), chance(60) {
            return chance(60)
                ? .read(name, pick(groups), count: 100) : chance(60) ? .trim(name) : .acknowledge(name, pick(groups))
        }
        let now = run.model.now
        let ready = (0..<lanes).filter { lane in
            let state = run.model.lanes[lane]
            return !state.ready.isEmpty || state.delayed.values.contains { $0 <= now }
        }
        let aside = (0..<lanes).filter { run.model.lanes[$0].delayed.values.contains { $0 >= Job.newer } }
        if !aside.isEmpty, ready.isEmpty || chance(20) {
            return .claim(lane: pick(aside), count: pick([0, 1, 2]), by: chance(80) ? .newer : .current)
        }
        if ready.isEmpty, chance(90) {
            guard let due = run.model.lanes.flatMap(\.delayed.values).filter({ $0 < Job.newer }).min() else {
                return chance(50) ? .advance(seconds: 31) : operate(run)
            }
            return .advance(seconds: Int((due - now + 999) / 1_000))
        }
        let lane = ready.isEmpty || chance(10) ? Int.random(in: 0..<lanes, using: &random) : pick(ready)
        return .claim(lane: lane, count: pick([1, 1, 2, 3, 0]), by: claimer())
    }

    private mutating func leave(_ holder: Step.Holder, _ run: Run) -> Step {
        if mood == .expiring, chance(80), let state = run.holders[holder].map({ run.model[$0.job.provider] }) {
            // Now and then a cycle in which a job was given up ends for its cursor.
            let gives = state.restarts > 0 ? state.givenUp == 0 && state.outstanding > 1 : chance(30)
            return gives ? .fail(holder, maxAttempts: 1) : .expire(holder)
        }
        if mood == .failing, chance(60) { return .fail(holder, maxAttempts: pick([1, 2])) }
        if mood == .refusing, chance(80) { return .obstruct(holder, byRedis: chance(90)) }
        // Many chains that wait for their time.
        if mood == .drifting, chance(80) { return .finish(holder, throttled: false) }
        return switch Int.random(in: 0..<100, using: &random) {
        case ..<28: .finish(holder, throttled: chance(20))
        case ..<35: .obstruct(holder, byRedis: chance(60))
        case ..<70: .fail(holder, maxAttempts: pick([nil, nil, 1, 2]))
        case ..<85: .release(holder, pause: chance(30))
        default: .expire(holder)
        }
    }

    private mutating func listing(_ job: Job, _ run: Run) -> Listing {
        let state = run.model[job.provider]
        var listing = Listing()
        listing.publishesAll = chance(10) ? !state.publishesAll : state.publishesAll
        listing.readAhead = chance(30)
        listing.namesRecords = run.model[job.provider].isPolled != chance(5)
        for entity in numbers(most: 5) {
            let item = Item(entity, pick([0, 0, 0, 1, 2]))
            let body = Bodies.entity(item)
            let isUnchanged = state.digests[body.ref.string] == body.digest.description
            if isUnchanged != chance(4), !listing.publishesAll {
                listing.unchanged.append(item)
            } else {
                listing.published.append(item)
            }
        }
        if listing.namesRecords, chance(30), let item = newOfToldRecord(state) {
            (listing.published, listing.unchanged, listing.readAhead) = ([item], [], chance(50))
        }
        if chance(mood == .moving ? 50 : 15) { listing.rejected = numbers(most: 2) + (chance(20) ? [-1] : []) }
        if chance(10) { listing.duplicates = 1 }
        if chance(5) { listing.overtaken = 1 }
        if chance(12) { listing.circle = pick([1, 2]) }
        let room = max(0, 6 - state.outstanding)
        listing.next = pick([nil, 0, 0, 0, 0, 1, 1, 1, min(2, room), min(3, room)])
        if listing.next != nil, chance(50) { listing.total = pick([0, 10, 11, 12]) }
        if listing.next != nil, chance(80) {
            listing.kept = (Int.random(in: 0..<8, using: &random), pick(["", "first", "second"]))
        }
        // A cycle can end for one chain's cursor and be given up on for another's.
        if mood == .expiring || mood == .drifting, chance(40) { listing.next = min(2, room) }
        return listing
    }

    mutating func numbers(most: Int) -> [Int] {
        Array((0..<Bodies.entities).shuffled(using: &random).prefix(Int.random(in: 0...most, using: &random)))
    }

    // MARK: - Others

    /// A provider, and one with the usual plan that is not there for it.
    private func absent(_ run: Run) -> (String, Step.Worker)? {
        for name in providers where run.model[name].isKnown {
            for worker in [Step.Worker.current, .newer] where !run.model.has(worker.rawValue, planOf: name) {
                return (name, worker)
            }
        }
        return nil
    }

    /// Who claims: mostly one with the usual plan.
    private mutating func claimer() -> Step.Worker {
        chance(mood == .replanning ? 25 : 3) ? .other : chance(50) ? .newer : .current
    }

    /// Workers with another plan come and go, give signs of life, and sometimes Redis comes back empty.
    private mutating func replan(_ run: Run) -> Step {
        let name = pick(providers)
        let worker: Step.Worker = chance(50) ? .other : pick([.current, .newer])
        if mood == .replanning, chance(2) { return .forget }
        let hasRegistered = run.registered["\(worker) \(name)"] != nil
        if run.model[name].isKnown, hasRegistered, chance(25) { return .unregister(name, by: worker) }
        return register(name, by: worker, starts: !hasRegistered || chance(40))
    }

    /// Redis, or a catalog, comes back as it was some time ago.
    private mutating func restore(_ run: Run) -> Step {
        guard run.backup != nil, chance(80) else { return .save }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<25: return .restore
        case ..<50: return .restoreCatalog(pick(providers), pick(groups))
        default: return .consume(pick(providers), pick(groups))
        }
    }

    private mutating func register(_ name: String, by worker: Step.Worker = .current, starts: Bool = true) -> Step {
        .register(
            name,
            concurrency: Int.random(in: 1...3, using: &random),
            publish: chance(80) ? .changed : .all,
            maxPending: pick([4, 4, 20, 1_000]),
            maxLength: pick([12, 40, 1_000]),
            changes: chance(mood == .holding ? 95 : 75),
            misses: pick([1, 2, 2]),
            location: pick([0, 0, 1, 1, 2]),
            by: worker,
            starts: starts
        )
    }

    private mutating func live(_ run: Run) -> Step {
        // Entities that are touched in this cycle come up again, in a page or an event.
        let entities = numbers(most: 3)
        let split = Int.random(in: 0...entities.count, using: &random)
        let name = pick(providers)
        let known = run.model[name].deliveries.keys.sorted()
        return .event(
            name,
            added: entities[..<split].map { Item($0, pick([0, 1, 2])) },
            removed: Array(entities[split...]),
            id: !known.isEmpty && chance(15) ? pick(known) : nil
        )
    }

    private mutating func operate(_ run: Run, on chosen: String? = nil) -> Step {
        let name = chosen ?? pick(providers)
        if run.model[name].feed.held != nil, chance(60) {
            return pick([.approve(name), .approve(name), .discard(name), .start(name)])
        }
        if run.model[name].held != nil, chance(80) {
            return pick([
                .approve(name), .approve(name), .discard(name), .start(name), .cancel(name, seconds: 50),
            ])
        }
        if run.model[name].paused != nil, chance(60) { return chance(80) ? .resume(name) : .start(name) }
        let dead = run.model.lanes.flatMap(\.dead).filter { chosen == nil || run.model.provider(of: $0) == chosen }
        if !dead.isEmpty, chance(60) { return .retry(pick(dead)) }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<22: return .trigger(name)
        case ..<32: return .start(name)
        case ..<42: return .cancel(name, seconds: pick([0, 50]))
        case ..<57: return .pause(name)
        case ..<63: return .resume(name)
        case ..<72: return .resync(name, behind: pick([nil, 0, 0, 1]))
        case ..<76: return .approve(name)
        case ..<80: return .discard(name)
        case ..<84: return .retry(pick(Array(run.model.jobs.keys).sorted() + ["alpha:0-0"]))
        default:
            if let old = run.purges.keys.min(), let id = run.purges[old]?.name, chance(80) {
                return .purge(id, publish: true, of: old)
            }
            return .purge(name, publish: chance(70), of: nil)
        }
    }

    /// Late, repeated, and out of order.
    private mutating func goWrong(_ run: Run) -> Step {
        let recent = run.order.suffix(12)
        // Of jobs that are leased, to another or to a holder that an operation stopped: there is something to spoil.
        let refused = recent.filter { refusal(of: $0, run) != nil }
        let holders = refused.isEmpty || chance(40) ? Array(recent) : refused
        guard !holders.isEmpty else { return .claim(lane: 0, count: 1) }
        let holder = pick(holders)
        guard let job = run.holders[holder]?.job else { return .claim(lane: 0, count: 1) }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<50: return repeated(chance(80) ? job.kind : pick([.cycle, .page, .sweep]), holder, job, run)
        case ..<57: return .renew(run.order.suffix(6).shuffled(using: &random))
        case ..<64: return .advance(seconds: 31)
        case ..<73: return .release(holder, pause: chance(50))
        case ..<79: return .finish(holder, throttled: chance(50))
        case ..<83: return .obstruct(holder, byRedis: chance(50))
        case ..<92: return .fail(holder, maxAttempts: pick([nil, 1]))
        default: return .expire(holder)
        }
    }

    private mutating func repeated(_ kind: Job.Kind, _ holder: Step.Holder, _ job: Job, _ run: Run) -> Step {
        switch kind {
        case .cycle: return begin(holder, run)
        case .page:
            var listing = listing(job, run)
            listing.ahead = pick([-1, 0, 0, 1])
            return .commit(holder, listing)
        case .sweep:
            return .sweep(holder, ahead: pick([-1, 0, 1]), rejectEmpty: chance(50), above: pick([100, 50]))
        }
    }

    private mutating func consume(_ run: Run) -> Step {
        let (name, group) = (pick(providers), pick(groups))
        if run.model[name].isKnown, run.model[name].stream.groups[group] == nil, chance(40) {
            return .join(name, group)
        }
        let places = run.model[name].stream.groups.values.map(\.last)
        // What the one that is behind still needs must stay.
        if let first = places.min(), let last = places.max(), last > first + 3, chance(30) { return .trim(name) }
        if let place = run.model[name].stream.groups[group], let lowest = place.pending.min(), chance(40) {
            if lowest <= place.last { return .rewind(name, group, by: place.last - lowest + 3) }
            // Pending behind its place, and first to say what may go.
            let slower = groups.first { (run.model[name].stream.groups[$0]?.last ?? lowest) < place.last }
            return slower.map { .read(name, $0, count: 100) } ?? .trim(name)
        }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<20: return .consume(name, group)
        case ..<40: return .read(name, group, count: pick([2, 10, 10, 100]))
        case ..<57: return .take(name, group, count: pick([2, 10]))
        case ..<67: return .acknowledge(name, group)
        case ..<80: return .rewind(name, group, by: pick([1, 3, 6]))
        case ..<95: return .trim(name)
        case ..<97: return .leave(name, group)
        default: return .drop(name)
        }
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }
}
