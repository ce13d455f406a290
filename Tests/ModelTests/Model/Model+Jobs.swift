@testable import Ingestion

/// Where jobs go, and what workers tell of them.
extension Model {
    mutating func delay(_ id: String, until due: Int64) {
        let lane = lane(of: id)
        lanes[lane].delayed[id] = due
        jobs[id]?.delay = max(0, due - now)
        if Self.order(lanes[lane].delayed).first == id { lanes[lane].isAwake = true }
    }

    mutating func enqueue(_ id: String, first: Bool = false) {
        let name = provider(of: id)
        if self[name].paused != nil || active(name) >= self[name].concurrency {
            self[name].waiting.append(id)
        } else {
            let lane = lane(of: id)
            lanes[lane].ready.insert(id, at: first ? 0 : lanes[lane].ready.count)
            lanes[lane].isAwake = true
        }
    }

    /// Waiting jobs take the places that are free.
    mutating func fill(_ name: String) {
        guard self[name].paused == nil else { return }
        while active(name) < self[name].concurrency, !self[name].waiting.isEmpty {
            lanes[laneOf[name] ?? 0].ready.append(self[name].waiting.removeFirst())
            lanes[laneOf[name] ?? 0].isAwake = true
        }
    }

    /// One place became free: one job may have it.
    mutating func refill(_ name: String) {
        guard self[name].paused == nil, active(name) < self[name].concurrency, !self[name].waiting.isEmpty else {
            return
        }
        lanes[laneOf[name] ?? 0].ready.append(self[name].waiting.removeFirst())
        lanes[laneOf[name] ?? 0].isAwake = true
    }

    /// By time, then by id, as a sorted set has them.
    static func order(_ due: [String: Int64]) -> [String] {
        due.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }

    mutating func raiseFence(_ id: String) {
        let fence = nextFence(provider(of: id))
        jobs[id]?.fence = fence
    }

    // MARK: - Scripts

    /// Jobs that waited for a worker of this version, at most so many.
    private func setAside(_ most: Int, lane: Int, knowing version: Int64) -> [String] {
        let due = lanes[lane].delayed.filter {
            $0.value >= Ingestion.Job.newer && $0.value <= version * Ingestion.Job.newer
        }
        return version == 1 ? [] : Array(Self.order(due).prefix(most))
    }

    /// The clock may have been set back: what ends later than its length from now is cut to that, of some leases and pauses.
    private mutating func cutWaits(_ lane: Int) {
        for id in Self.order(lanes[lane].leased).suffix(Self.looks) {
            guard let end = lanes[lane].leased[id], let length = jobs[id]?.lease, end > now + length else { continue }
            lanes[lane].leased[id] = now + length
            say(id, end, now + length)
        }
        let count = pauses(lane).count
        guard count > 0 else { return }
        let some = Int(now % 1_000_003 * 7_919 % Int64(count))
        cut(pauses(lane).dropFirst(some).prefix(Self.looks), lane)
        cut(pauses(lane).suffix(Self.looks), lane)
    }

    private mutating func cut(_ ids: some Sequence<String>, _ lane: Int) {
        for id in Array(ids) {
            guard let due = lanes[lane].delayed[id], let length = jobs[id]?.delay, due > now + length else { continue }
            lanes[lane].delayed[id] = now + length
            say(id, due, now + length)
        }
    }

    private func pauses(_ lane: Int) -> [String] {
        Self.order(lanes[lane].delayed.filter { $0.value < Ingestion.Job.newer })
    }

    /// What people see a provider wait for is cut with it.
    private mutating func say(_ id: String, _ due: Int64, _ cut: Int64) {
        if self[provider(of: id)].waits?.due == due { self[provider(of: id)].waits?.due = cut }
    }

    /// How many leases and pauses a claim looks at, each time.
    private static let looks = 5

    mutating func claim(
        _ count: Int,
        lane: Int,
        lease: Int64,
        knowing version: Int64,
        by worker: String
    ) -> String {
        cutWaits(lane)
        for id in Self.order(lanes[lane].leased.filter { $0.value <= now }).prefix(Self.most.expired) {
            lanes[lane].leased[id] = nil
            stall(id, lane)
        }
        for id in Self.order(lanes[lane].delayed.filter { $0.value <= now }).prefix(Self.most.promoted) {
            lanes[lane].delayed[id] = nil
            enqueue(id)
        }
        for id in setAside(count, lane: lane, knowing: version) {
            lanes[lane].delayed[id] = nil
            enqueue(id, first: true)
        }
        takeAside(count, lane, worker)
        var claimed: [String] = []
        var looked = 0
        while claimed.count < count, looked < Self.most.looked, !lanes[lane].ready.isEmpty {
            looked += 1
            let id = lanes[lane].ready.removeFirst()
            let name = provider(of: id)
            if let job = jobs[id], job.version > version {
                lanes[lane].delayed[id] = job.version * Ingestion.Job.newer
                lanes[lane].isNewerAwake = true
                refill(name)
            } else if !isCurrent(id) {
                jobs[id] = nil
                refill(name)
            } else if self[name].paused != nil {
                self[name].waiting.append(id)
            } else if !has(worker, planOf: name) {
                self[name].waiting.append(id)
                lanes[lane].aside.insert(name)
                if let plan = self[name].plan { lanes[lane].awakePlans.insert(plan) }
            } else if jobs[id]?.kind != .cycle, self[name].throttled != nil, throttles(name) {
                self[name].waits = ("throttled", now + Self.pauses.throttled)
                delay(id, until: now + Self.pauses.throttled)
                refill(name)
            } else {
                raiseFence(id)
                jobs[id]?.lease = lease
                jobs[id]?.deliveries += 1
                lanes[lane].leased[id] = now + lease
                if let waits = self[name].waits, waits.due <= now { self[name].waits = nil }
                claimed.append(describe(id))
            }
        }
        if !lanes[lane].ready.isEmpty { lanes[lane].isAwake = true }
        if !setAside(1, lane: lane, knowing: version).isEmpty { lanes[lane].isNewerAwake = true }
        var due = Array(lanes[lane].delayed.values) + Array(lanes[lane].leased.values)
        // More may be had at once.
        if !lanes[lane].ready.isEmpty, claimed.count < count { due.append(now) }
        return (claimed + [due.min().map { "\(max(0, $0 - now))" } ?? "nothing"]).joined(separator: ", ")
    }

    /// What workers without the plan left alone comes before all that is ready, as far as there are places for it.
    private mutating func takeAside(_ count: Int, _ lane: Int, _ worker: String) {
        var room = count
        for name in lanes[lane].aside.sorted() where has(worker, planOf: name) {
            let free = self[name].paused == nil ? max(0, self[name].concurrency - active(name)) : 0
            let moved = Array(self[name].waiting.prefix(min(free, room)))
            self[name].waiting.removeFirst(moved.count)
            lanes[lane].ready.insert(contentsOf: moved, at: 0)
            room -= moved.count
            if free <= moved.count || self[name].waiting.isEmpty {
                lanes[lane].aside.remove(name)
            } else if let plan = self[name].plan {
                lanes[lane].awakePlans.insert(plan)
            }
        }
    }

    /// A lease ran out: its holder may write no more, and another has the job, now or after a pause.
    private mutating func stall(_ id: String, _ lane: Int) {
        let name = provider(of: id)
        raiseFence(id)
        jobs[id]?.stalls += 1
        self[name].count("stalls")
        let stalls = jobs[id]?.stalls ?? 0
        if stalls < 3 { return lanes[lane].ready.insert(id, at: 0) }
        jobs[id]?.setAside += 1
        let times = jobs[id]?.setAside ?? 0
        let pause = self[name].backoff[min(times, self[name].backoff.count) - 1]
        let text = "the worker died or froze \(stalls) times in a row on this page, so it is set aside"
        let failedAt = jobs[id]?.failure?.at
        jobs[id]?.failure = Failure(text: text, at: failedAt)
        self[name].failure = Failure(text: text, at: now)
        self[name].counts["set_aside"] = times
        self[name].waits = ("backoff", now + pause)
        delay(id, until: now + pause)
        refill(name)
    }

    func describe(_ id: String) -> String {
        guard let job = jobs[id] else { return "" }
        let state = self[provider(of: id)]
        return Ingestion.Job(
            id: id,
            kind: job.kind,
            generation: state.generation,
            previous: state.previous,
            fence: job.fence,
            sequence: job.sequence,
            attempts: job.attempts,
            pages: job.pages,
            cursor: job.cursor.isEmpty ? nil : Array(job.cursor.utf8),
            events: state.events,
            isLedByKeptPage: job.isLed
        ).summary
    }

    mutating func renew(_ holders: [Ingestion.Job], lease: Int64) -> String {
        var lost: [String] = []
        for holder in holders {
            if refusal(holder) != nil {
                lost.append(holder.id)
            } else if lanes[lane(of: holder.id)].leased[holder.id] != nil {
                lanes[lane(of: holder.id)].leased[holder.id] = now + lease
            }
        }
        return lost.joined(separator: " ")
    }

    /// Takes the lease, and the fence with it; false when there is none.
    mutating func unlease(_ id: String) -> Bool {
        jobs[id]?.fence = 0
        return lanes[lane(of: id)].leased.removeValue(forKey: id) != nil
    }

    mutating func finish(_ holder: Ingestion.Job, pause: Int64, throttled: Bool) -> String {
        if let refusal = refusal(holder) { return refusal }
        guard unlease(holder.id) else { return "lost" }
        wait(holder.id, pause, throttled ? "throttled" : "interval")
        return "goesOn"
    }

    /// A burst ends since its source, or Redis, answered so; that is no attempt.
    mutating func obstruct(_ holder: Ingestion.Job, byRedis: Bool, answer: String, pause: Int64) -> String {
        if let refusal = refusal(holder) { return refusal }
        let (id, name) = (holder.id, holder.provider)
        guard unlease(id) else { return "lost" }
        var pause = pause
        if byRedis {
            for _ in 0..<(jobs[id]?.redisErrors ?? 0) { pause = min(2 * pause, Self.pauses.longestRedis) }
            jobs[id]?.redisErrors += 1
            self[name].redisFailure = Failure(text: answer, at: self[name].redisFailure?.at ?? now)
        } else {
            jobs[id]?.rateLimits += 1
        }
        self[name].count(byRedis ? "redis_errors" : "rate_limits")
        jobs[id]?.failure = Failure(text: answer, at: now)
        self[name].failure = Failure(text: answer, at: now)
        wait(id, pause, byRedis ? "redis" : "calls")
        return "goesOn"
    }

    private mutating func wait(_ id: String, _ pause: Int64, _ reason: String) {
        let name = provider(of: id)
        self[name].waits = (reason, now + pause)
        delay(id, until: now + pause)
        refill(name)
    }

    mutating func release(_ holder: Ingestion.Job, pause: Int64) {
        guard jobs[holder.id]?.fence == holder.fence, unlease(holder.id) else { return }
        let (id, name) = (holder.id, holder.provider)
        jobs[id]?.deliveries -= 1
        raiseFence(id)
        if !isCurrent(id) {
            jobs[id] = nil
            refill(name)
        } else if self[name].paused != nil {
            self[name].waiting.insert(id, at: 0)
        } else if pause > 0 {
            delay(id, until: now + pause)
            refill(name)
        } else {
            lanes[lane(of: id)].ready.insert(id, at: 0)
            lanes[lane(of: id)].isAwake = true
        }
    }

    mutating func fail(_ holder: Ingestion.Job, error: String, backoff: Int64, most: Int?, rest: Int64) -> String {
        let follower = makeID(holder.provider)
        if let refusal = refusal(holder) { return refusal }
        guard unlease(holder.id) else { return "lost" }
        let (id, name) = (holder.id, holder.provider)
        jobs[id]?.attempts += 1
        jobs[id]?.failure = Failure(text: error, at: now)
        self[name].failure = Failure(text: error, at: now)
        self[name].counts["failures"] = jobs[id]?.attempts
        // A job that has not begun its cycle has nothing that could be given up.
        guard let most, let job = jobs[id], job.attempts >= most, job.kind != .cycle else {
            wait(id, backoff, "backoff")
            return "goesOn"
        }
        let lane = lane(of: id)
        lanes[lane].dead.append(id)
        if lanes[lane].dead.count > Self.most.dead { jobs[lanes[lane].dead.removeFirst()] = nil }
        self[name].givenUp += 1
        self[name].status = "failed"
        refill(name)
        endChain(name, follower: follower, rest: rest)
        return "givenUp"
    }

    mutating func expire(_ holder: Ingestion.Job, error: String, rest: Int64) -> String {
        let follower = makeID(holder.provider)
        if let refusal = refusal(holder) { return refusal }
        guard unlease(holder.id) else { return "lost" }
        let name = holder.provider
        self[name].failure = Failure(text: error, at: now)
        jobs[holder.id] = nil
        self[name].forgetPages()
        refill(name)
        self[name].restarts += 1
        self[name].counts["failures"] = self[name].restarts
        if self[name].restarts > Self.most.restarts {
            self[name].restarts = 0
            closeFailed(name, follower: follower, rest: rest)
            return "givenUp"
        }
        self[name].status = "starting"
        record(name, "expired", error)
        schedule(follower, at: now, reason: "start")
        return "goesOn"
    }
}
