import Catalog

@testable import Ingestion

/// What people and live events do. Each answers with the word of its script.
extension Model {
    /// A worker starts (`last` is nil), or gives a sign of life: whether the provider is new, the number of the worker's plan, and whether
    /// a cycle starts over.
    mutating func register(
        _ provider: Provider,
        maxPending: Int,
        maxLength: Int,
        by worker: String,
        last: Int64?
    ) -> String {
        let (name, plan) = (provider.name, provider.plan)
        let id = makeID(name)
        let isNew = !self[name].isKnown
        self[name].workers = self[name].workers.filter { $0.value > now - Self.signOfLife }.mapValues { min($0, now) }
        let plans = Set(self[name].workers.keys.map { $0.prefix { $0 != " " } })
        self[name].workers["\(plan) \(worker)"] = now
        let brings = last.map { $0 >= max(1, self[name].planNumber) } ?? true
        let isServed = self[name].plan.map { plans.contains($0[...]) } ?? false
        let changes = plan != self[name].plan && (!isServed || brings && !plans.contains(plan[...]))
        if changes {
            if brings || isNew { self[name].planNumber += 1 }
            self[name].plan = plan
        }
        let isOwn = plan == self[name].plan
        if isOwn { self[name].servedAt = now }
        if isNew || isOwn && (changes || last == nil) { settle(provider, maxPending, maxLength) }
        let number = isOwn ? self[name].planNumber : 0
        if isNew {
            self[name].status = "starting"
            if last != nil || self[name].stream.exists { self[name].republishing = 0 }
            schedule(id, at: now, reason: "start")
        }
        return "\(isNew) \(number) \(!isNew && changes && startOver(name, id))"
    }

    /// The plan has changed: whether an open cycle starts over.
    private mutating func startOver(_ name: String, _ id: String) -> Bool {
        let state = self[name]
        self[name].forgetPages()
        self[name].feed.cursor = nil
        self[name].feed.fence = nil
        self[name].feed.until = nil
        self[name].feed.holder = nil
        self[name].feed.held = nil
        self[name].feed.heldRefs = []
        self[name].feed.approved = 0
        if state.isOpen { record(name, "replanned", "the configuration changed which entities are read") }
        guard state.isOpen || state.held != nil || ["failed", "starting"].contains(state.status) else {
            self[name].floor = state.fence
            return false
        }
        self[name].held = nil
        self[name].restarts = 0
        self[name].status = "starting"
        schedule(id, at: now, reason: "start")
        return state.isOpen
    }

    private mutating func settle(_ provider: Provider, _ maxPending: Int, _ maxLength: Int) {
        let name = provider.name
        let isNew = !self[name].isKnown
        self[name].concurrency = provider.concurrency
        self[name].maxPending = maxPending
        self[name].maxLength = maxLength
        self[name].misses = provider.removeAfterMisses
        self[name].publishesAll = provider.publish == .all
        if self[name].publishesAll { self[name].forgetDigests() }
        self[name].backoff = provider.backoff.map(\.milliseconds)
        self[name].isPolled = provider.changes != nil
        if !self[name].isPolled {
            self[name].feed = FeedModel()
            self[name].records = [:]
        }
        let state = self[name]
        if !isNew, state.location != provider.locationKey {
            self[name].locationBase = state.locationBase ?? state.location
            self[name].locationGeneration = state.generation + 1
            self[name].forgetDigests()
        }
        self[name].location = provider.locationKey
        if !isNew { fill(name) }
    }

    /// A worker ends.
    mutating func unregister(_ provider: Provider, _ worker: String) {
        self[provider.name].workers["\(provider.plan) \(worker)"] = nil
    }

    mutating func event(added: [Entity], removed: [EntityRef], to name: String, id repeated: String?) -> String {
        let id = repeated ?? makeID(name)
        guard !["purging", "purged"].contains(self[name].status) else { return "refused" }
        if self[name].deliveries[id] != nil { return "duplicate" }
        let state = self[name]
        if state.stream.isBehind(maxPending: state.maxPending, maxLength: state.maxLength) { return "behind" }
        remember(id, name)
        let applied = live(PreparedEvent(added: added, removed: removed), to: name)
        return "\(applied.published) \(applied.unchanged) \(applied.removed)"
    }

    /// Keeps the ids of events, the newest of them, and drops at most ten old ones at a time.
    private mutating func remember(_ id: String, _ name: String) {
        // The clock may have been set back.
        for old in Self.order(self[name].deliveries.filter { $0.value > now }).prefix(10) {
            self[name].deliveries[old] = now
        }
        self[name].deliveries[id] = now
        let excess = self[name].deliveries.count - Self.most.deliveries
        for (index, old) in Self.order(self[name].deliveries).prefix(10).enumerated()
        where index < excess || (self[name].deliveries[old] ?? 0) <= now - Self.deliveryTime {
            self[name].deliveries[old] = nil
        }
    }

    /// How many delayed jobs were made due; nil when the provider is paused.
    mutating func trigger(_ name: String, scanned: [String]) -> Int? {
        guard self[name].paused == nil, self[name].status != "purged" else { return nil }
        for id in scanned {
            lanes[lane(of: id)].delayed[id] = nil
            enqueue(id)
        }
        if !scanned.isEmpty { self[name].waits = nil }
        return scanned.count
    }

    mutating func start(_ name: String) {
        let id = makeID(name)
        recordCancelled(name, "start")
        self[name].paused = nil
        self[name].held = nil
        self[name].restarts = 0
        self[name].status = "starting"
        schedule(id, at: now, reason: "start")
        fill(name)
    }

    mutating func cancel(_ name: String, for duration: Int64) {
        let id = makeID(name)
        recordCancelled(name, "cancel")
        self[name].held = nil
        self[name].restarts = 0
        self[name].status = "cancelled"
        self[name].ended = now
        schedule(id, at: now + duration, reason: "cancelled")
    }

    mutating func pause(_ name: String) -> Bool {
        guard self[name].paused == nil else { return false }
        self[name].paused = now
        self[name].floor = self[name].fence
        return true
    }

    mutating func resume(_ name: String) -> Bool {
        let id = makeID(name)
        let isCancelled = self[name].status == "cancelled"
        guard self[name].paused != nil || isCancelled else { return false }
        self[name].paused = nil
        fill(name)
        if isCancelled {
            self[name].status = "starting"
            schedule(id, at: now, reason: "start")
        }
        return true
    }

    /// - Parameter known: how many resyncs a consumer knows of that asks; nil when a person does.
    mutating func resync(_ name: String, known: Int?) {
        let id = makeID(name)
        if let known, known != self[name].resyncs { return }
        self[name].forgetDigests()
        self[name].forgetPages()
        self[name].resynced = self[name].stream.newest
        self[name].missingBefore = self[name].stream.missing
        self[name].resyncs += 1
        if known != nil { self[name].republishing = self[name].generation }
        if self[name].isOpen || self[name].held != nil || self[name].status == "failed" {
            recordCancelled(name, "resync")
            self[name].held = nil
            self[name].restarts = 0
            self[name].status = "starting"
            schedule(id, at: now, reason: "resync")
        } else if self[name].status != "cancelled", let next = self[name].next,
            lanes[lane(of: next)].delayed[next] != nil
        {
            schedule(id, at: now, reason: "resync")
        }
    }

    /// A catalog that stored the entry `stored` last reads all there is. Returns the entry that it begins behind.
    mutating func consume(_ name: String, _ group: String, stored: Int) -> Int {
        self[name].stream.exists = true
        var start = stored
        let state = self[name]
        func isWhole(_ entry: Int) -> Bool {
            state.stream.isWhole(after: entry, resynced: state.resynced.map { ($0, state.missingBefore) })
        }
        if !isWhole(stored) {
            var origins = state.stream.missing == 0 ? [0] : []
            if let resynced = state.resynced, state.stream.missing <= state.missingBefore { origins.append(resynced) }
            if let origin = origins.first(where: isWhole) {
                start = origin
                if origin == 0, state.isKnown, state.counts["completed"] == nil, state.republishing == nil {
                    self[name].republishing = 0
                }
            } else {
                resync(name, known: self[name].resyncs)
                start = self[name].stream.newest
            }
        }
        var place = self[name].stream.groups[group] ?? StreamModel.Group()
        place.pending.removeAll { $0 <= start }
        place.last = max(start, self[name].stream.newest)
        self[name].stream.groups[group] = place
        return start
    }

    mutating func approve(_ name: String) -> Bool {
        let id = makeID(name)
        guard let held = self[name].held else {
            guard let told = self[name].feed.held else { return false }
            self[name].feed.held = nil
            self[name].feed.heldRefs = []
            self[name].feed.approved = told.removals
            self[name].feed.approval = id
            self[name].feed.due = now
            return true
        }
        self[name].held = nil
        forgetNext(name)
        self[name].waits = nil
        self[name].status = "sweeping"
        self[name].isOpen = true
        self[name].outstanding = 0
        jobs[id] = Job(kind: .sweep, generation: self[name].generation, leave: "approved", misses: held.misses)
        enqueue(id)
        return true
    }

    mutating func discard(_ name: String) -> Bool {
        guard let held = self[name].held else {
            guard self[name].feed.held != nil else { return false }
            self[name].feed.held = nil
            self[name].feed.heldRefs = []
            self[name].feed.approved = 0
            self[name].feed.cursor = nil
            self[name].feed.due = now
            return true
        }
        self[name].held = nil
        if self[name].status == "held" {
            self[name].status = "resting"
            record(name, "discarded", held.reason)
        }
        return true
    }

    mutating func retry(_ id: String) -> String {
        let name = provider(of: id)
        let lane = lane(of: id)
        guard let job = jobs[id], self[name].isKnown else { return "unknown" }
        // A closed cycle goes on only if nothing else of it was lost: every chain but the dead ones has ended.
        guard self[name].over != self[name].generation else { return "over" }
        let mayGoOn = self[name].isOpen || self[name].status == "failed" && self[name].outstanding <= 0
        guard job.generation == self[name].generation, mayGoOn else { return "over" }
        guard let index = lanes[lane].dead.firstIndex(of: id) else { return "unknown" }
        lanes[lane].dead.remove(at: index)
        jobs[id]?.attempts = 0
        jobs[id]?.stalls = 0
        jobs[id]?.setAside = 0
        self[name].isOpen = true
        forgetNext(name)
        self[name].waits = nil
        self[name].ended = nil
        self[name].outstanding += 1
        self[name].givenUp -= 1
        if self[name].givenUp <= 0 { self[name].status = "running" }
        enqueue(id)
        return "ok"
    }

    /// One step of a purge that has made `number` before.
    mutating func purge(_ name: String, id: String, number: Int64, publish isPublished: Bool) -> String {
        recordCancelled(name, "purge")
        self[name].isOpen = false
        forgetNext(name)
        forgetNewer(name)
        self[name].paused = nil
        self[name].held = nil
        self[name].restarts = 0
        self[name].throttled = nil
        self[name].waits = nil
        self[name].failure = nil
        self[name].floor = self[name].fence
        self[name].touched = [:]
        self[name].touchedFloor = 0
        self[name].status = "purging"
        self[name].outstanding = 0
        fill(name)
        if isPublished {
            let older = [self[name].unmarked, self[name].missed].first { !$0.isEmpty } ?? self[name].marked
            let gone = Array(older.sorted().prefix(Self.most.popped))
            if !gone.isEmpty {
                for ref in gone { self[name].forget(ref) }
                let removed = self[name].removals(gone)
                publish(name, type: "delta", origin: "purge", job: id, sequence: number, removed: removed)
                return "purging \(self[name].known.count)"
            }
        }
        self[name].seen = [:]
        self[name].missed = []
        self[name].hasMissed = false
        self[name].digests = [:]
        self[name].forgetPages()
        self[name].rejected = []
        self[name].deliveries = [:]
        self[name].feed = FeedModel()
        self[name].records = [:]
        (self[name].locations, self[name].locationsKept) = ([:], [:])
        self[name].locationBase = nil
        self[name].locationGeneration = 0
        for lane in lanes.indices {
            let dead = lanes[lane].dead
            for id in dead where provider(of: id) == name { jobs[id] = nil }
            lanes[lane].dead = dead.filter { provider(of: $0) != name }
        }
        let types = ["purged"] + (isPublished ? ["cycle-started", "cycle-completed"] : [])
        for (entry, type) in types.enumerated() {
            publish(name, type: type, origin: "purge", job: id, sequence: number + Int64(entry))
        }
        self[name].status = "purged"
        return "purged"
    }
}
