import Foundation

@testable import Ingestion

/// The sweep at the end of a cycle.
extension Model {
    mutating func sweep(_ holder: Ingestion.Job, _ guards: Provider, lease: Int64, rest: Int64) -> String {
        let (id, name) = (holder.id, holder.provider)
        let follower = makeID(name)
        let sequence = holder.sequence + 1
        if let refusal = refusal(holder) { return refusal }
        guard let job = jobs[id], job.kind == .sweep else { return "lost" }
        if sequence <= job.sequence { return "duplicate" }
        guard sequence == job.sequence + 1 else { return "lost" }

        var misses = job.misses
        if job.leave.isEmpty {
            misses = self[name].misses
            let (leaving, known) = (self[name].leaving(after: misses).count, self[name].known.count)
            if let reason = reasonToHold(name, leaving: leaving, of: known, guards) {
                self[name].held = (reason, leaving, known, misses)
                publish(name, type: "sweep-held", origin: "sweep", job: id, sequence: sequence)
                endSweep(id, status: "held", outcome: "held", reason, follower: follower, rest: rest)
                return "held \(leaving) \(known)"
            }
            jobs[id]?.leave = "passed"
            jobs[id]?.misses = misses
        }
        let first = self[name].missed.isEmpty ? self[name].leaving(after: misses) : self[name].missed
        let gone = Array(first.sorted().prefix(Self.most.popped))
        if gone.isEmpty, publishKept(name, id, sequence) {
            jobs[id]?.sequence = sequence
            extendLease(id, lease)
            return "removed 0 0 \(throttles(name))"
        }
        if gone.isEmpty {
            publish(name, type: "cycle-completed", origin: "sweep", job: id, sequence: sequence)
            self[name].count("completed")
            self[name].swept = self[name].generation
            self[name].hasMissed = false
            self[name].completedAt = now
            if let asked = self[name].republishing, asked < self[name].generation { self[name].republishing = nil }
            self[name].feed.gone = 0
            if self[name].unmarked.isEmpty { self[name].settleLocations() }
            self[name].failure = nil
            self[name].counts["failures"] = nil
            self[name].counts["set_aside"] = nil
            endSweep(id, status: "resting", outcome: "completed", follower: follower, rest: rest)
            return "completed"
        }
        for ref in gone { self[name].forget(ref) }
        let removed = self[name].removals(gone)
        publish(name, type: "delta", origin: "sweep", job: id, sequence: sequence, removed: removed)
        self[name].count("removed", gone.count)
        jobs[id]?.sequence = sequence
        extendLease(id, lease)
        return "removed \(gone.count) \(self[name].leaving(after: misses).count) \(throttles(name))"
    }

    /// In the first whole cycle since a resync: names some refs that were missed once and not published since, so that catalogs keep
    /// them. False when none are left to name.
    private mutating func publishKept(_ name: String, _ id: String, _ sequence: Int64) -> Bool {
        let state = self[name]
        let isFirst = state.swept < state.digestsSince
        guard let told = jobs[id]?.kept, told != "told", isFirst, !state.unmarked.isEmpty else { return false }
        let place = Int(told) ?? 0
        let refs = state.unmarked.sorted().dropFirst(place).prefix(Self.most.popped)
        let kept = refs.filter { state.digests[$0] == nil }
        if !kept.isEmpty {
            publish(name, type: "delta", origin: "sweep", job: id, sequence: sequence, kept: kept)
        }
        let next = place + refs.count
        jobs[id]?.kept = next < state.unmarked.count ? "\(next)" : "told"
        return true
    }

    func reasonToHold(_ name: String, leaving: Int, of known: Int, _ guards: Provider) -> String? {
        if self[name].counts["listed"] ?? 0 == 0, guards.rejectEmptySourceCollections {
            if known > self[name].marked.count { return "the source listed nothing" }
            if self[name].republishing != nil, self[name].counts["completed"] == nil {
                return "the source listed nothing, and what was known before is lost, so catalogs may have entities"
            }
        }
        let percentage = guards.rejectRemovalsAbovePercentage
        guard known > 0, Double(leaving) / Double(known) > percentage / 100 else { return nil }
        let share = String(format: "%.4g", Double(leaving) * 100 / Double(known))
        return "it would remove \(share) % of what is known, above \(percentage) %"
    }

    private mutating func endSweep(
        _ id: String,
        status: String,
        outcome: String,
        _ reason: String? = nil,
        follower: String,
        rest: Int64
    ) {
        let name = provider(of: id)
        self[name].status = status
        self[name].ended = now
        record(name, outcome, reason)
        jobs[id] = nil
        _ = unlease(id)
        refill(name)
        schedule(follower, at: now + rest, reason: "rest")
    }
}
