import Catalog

@testable import Ingestion

/// Chooses one step after the other, at random but with an eye on the model: most steps are what a worker would do next,
/// so that cycles come to their end; the others are operations, events, and what a network or a stalled worker makes of it.
struct Walk {
    var random: SeededGenerator
    let providers: [String]
    let lanes: Int

    static let groups = ["first", "second"]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        providers = Array(["alpha", "beta", "gamma"].prefix(Int.random(in: 2...3, using: &random)))
        lanes = Int.random(in: 1...2, using: &random)
    }

    mutating func next(_ run: Run) -> Step {
        if let new = providers.first(where: { !run.model[$0].isKnown }), chance(50) { return register(new) }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<62: return work(run)
        case ..<72: return live(run)
        case ..<80: return operate(run)
        case ..<88: return goWrong(run)
        case ..<96: return consume(run)
        case ..<98: return .advance(seconds: pick([1, 3, 30, 60, 100]))
        default: return chance(50) ? register(pick(providers)) : .wake(lane: Int.random(in: 0..<lanes, using: &random))
        }
    }

    // MARK: - Workers

    /// What a worker does that works as it should.
    private mutating func work(_ run: Run) -> Step {
        let held = run.order.suffix(40).filter { holder in
            guard let job = run.holders[holder]?.job else { return false }
            return run.model.refusal(job) == nil
        }
        if held.isEmpty || chance(15) { return takeJobs(run) }
        let holder = pick(held)
        guard let job = run.holders[holder]?.job, let state = run.model.jobs[job.id] else { return takeJobs(run) }
        switch state.kind {
        case .cycle: return chance(95) ? .begin(holder) : leave(holder)
        case .page:
            return chance(80) ? .commit(holder, listing(job, run)) : leave(holder)
        case .sweep:
            guard chance(90) else { return leave(holder) }
            return .sweep(holder, ahead: 0, rejectEmpty: chance(70), above: pick([100, 100, 50, 0]))
        }
    }

    private mutating func takeJobs(_ run: Run) -> Step {
        let now = run.model.now
        let ready = (0..<lanes).filter { lane in
            let state = run.model.lanes[lane]
            return !state.ready.isEmpty || state.delayed.values.contains { $0 <= now }
        }
        if ready.isEmpty, let due = run.model.lanes.flatMap(\.delayed.values).min(), chance(85) {
            return .advance(seconds: Int((due - now + 999) / 1_000))
        }
        let lane = ready.isEmpty || chance(10) ? Int.random(in: 0..<lanes, using: &random) : pick(ready)
        return .claim(lane: lane, count: pick([1, 1, 2, 3, 0]))
    }

    private mutating func leave(_ holder: Step.Holder) -> Step {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<35: .finish(holder, throttled: chance(20))
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
        if chance(15) { listing.rejected = numbers(most: 2) + (chance(20) ? [-1] : []) }
        if chance(10) { listing.duplicates = 1 }
        let room = max(0, 6 - state.outstanding)
        listing.next = pick([nil, 0, 0, 0, 0, 1, 1, 1, min(2, room), min(3, room)])
        return listing
    }

    private mutating func numbers(most: Int) -> [Int] {
        Array((0..<Bodies.entities).shuffled(using: &random).prefix(Int.random(in: 0...most, using: &random)))
    }

    // MARK: - Others

    private mutating func register(_ name: String) -> Step {
        .register(
            name,
            concurrency: Int.random(in: 1...3, using: &random),
            publish: chance(80) ? .changed : .all,
            maxPending: pick([4, 20, 1_000]),
            maxLength: pick([12, 40, 1_000])
        )
    }

    private mutating func live(_ run: Run) -> Step {
        // Entities that are touched in this cycle come up again, in a page or an event.
        let entities = numbers(most: 3)
        let split = Int.random(in: 0...entities.count, using: &random)
        return .event(
            pick(providers),
            added: entities[..<split].map { Item($0, pick([0, 1, 2])) },
            removed: Array(entities[split...])
        )
    }

    private mutating func operate(_ run: Run) -> Step {
        let name = pick(providers)
        if run.model[name].held != nil, chance(50) { return chance(75) ? .approve(name) : .discard(name) }
        if run.model[name].paused != nil, chance(50) { return .resume(name) }
        let dead = run.model.lanes.flatMap(\.dead)
        if !dead.isEmpty, chance(60) { return .retry(pick(dead)) }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<25: return .trigger(name)
        case ..<35: return .start(name)
        case ..<45: return .cancel(name, seconds: pick([0, 50]))
        case ..<60: return .pause(name)
        case ..<66: return .resume(name)
        case ..<76: return .resync(name)
        case ..<80: return .approve(name)
        case ..<84: return .discard(name)
        case ..<86: return .retry(pick(Array(run.model.jobs.keys).sorted() + ["alpha:0-0"]))
        default:
            if let old = run.purges.keys.min(), let id = run.purges[old]?.name, chance(80) {
                return .purge(id, publish: true, of: old)
            }
            return .purge(name, publish: chance(70), of: nil)
        }
    }

    /// Late, repeated, and out of order.
    private mutating func goWrong(_ run: Run) -> Step {
        guard let holder = run.order.suffix(12).randomElement(using: &random), let job = run.holders[holder]?.job else {
            return .claim(lane: 0, count: 1)
        }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<40:
            var listing = listing(job, run)
            listing.ahead = pick([-1, 0, 0, 1])
            return .commit(holder, listing)
        case ..<55:
            return .sweep(holder, ahead: pick([-1, 0, 0, 1]), rejectEmpty: chance(50), above: pick([100, 50]))
        case ..<65: return .begin(holder)
        case ..<75: return .renew(run.order.suffix(6).shuffled(using: &random))
        case ..<85: return .advance(seconds: 31)
        default: return leave(holder)
        }
    }

    private mutating func consume(_ run: Run) -> Step {
        let (name, group) = (pick(providers), pick(Self.groups))
        if run.model[name].isKnown, run.model[name].stream.groups[group] == nil, chance(20) {
            return .join(name, group)
        }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<55: return .read(name, group, count: pick([2, 10, 10, 100]))
        case ..<63: return .take(name, group, count: 2)
        case ..<75: return .acknowledge(name, group)
        case ..<80: return .rewind(name, group, by: pick([1, 3]))
        default: return .trim(name)
        }
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }
}
