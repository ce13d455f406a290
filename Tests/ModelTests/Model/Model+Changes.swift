import Catalog
import Foundation

@testable import Ingestion

/// What a feed tells, and who may ask it.
extension Model {
    private static let stopped = ["cancelled", "purging", "purged"]

    mutating func poll(_ name: String, pause: Int64, lease: Int64, by worker: String) -> String {
        let holder = makeID(name)
        let state = self[name]
        guard state.isPolled, state.paused == nil, !Self.stopped.contains(state.status) else { return "wait \(pause)" }
        guard has(worker, planOf: name) else { return "wait \(pause)" }
        if state.feed.held != nil { return "wait \(min(pause, 5_000))" }
        // The clock may have been set back.
        if let due = state.feed.due, let pause = state.feed.pause { self[name].feed.due = min(due, now + pause) }
        if let until = state.feed.until { self[name].feed.until = min(until, now + lease) }
        let due = max(self[name].feed.due ?? 0, self[name].feed.until ?? 0)
        if due > now { return "wait \(min(due - now, pause))" }
        let goesOn = ["starting", "running", "sweeping"].contains(state.status)
        if state.feed.cursor == nil, goesOn { return "wait \(pause)" }
        if state.stream.isBehind(maxPending: state.maxPending, maxLength: state.maxLength) {
            return "wait \(min(pause, 1_000))"
        }
        let fence = nextFence(name)
        self[name].feed.fence = fence
        self[name].feed.until = now + lease
        self[name].feed.holder = holder
        self[name].feed.part = 0
        self[name].feed.askedAt = now
        return "taken \(fence) \(state.feed.failures) \(state.feed.cursor ?? "-")"
    }

    mutating func change(
        _ part: ChangePart,
        of turn: PollTurn,
        to name: String,
        above percentage: Double,
        lease: Int64
    ) -> String {
        let state = self[name]
        guard state.isPolled, state.feed.fence == turn.fence else { return "lost" }
        guard state.paused == nil, !Self.stopped.contains(state.status) else { return "revoked" }
        if let held = state.feed.held { return "held \(held.removals) \(held.known)" }
        guard turn.part + 1 > state.feed.part else { return "repeated" }
        guard part.records.allSatisfy({ $0.kept == state.refs(of: $0.id) }) else { return "retry" }
        if let held = holds(part, state, above: percentage) {
            self[name].feed.held = held
            self[name].events += 1
            publish(name, type: "sweep-held", origin: "event", job: "event", sequence: self[name].events)
            return "held \(held.removals) \(held.known)"
        }
        var applied = Live()
        if !part.records.isEmpty || !part.event.rejected.isEmpty {
            applied = live(part.event, to: name)
            self[name].own(zip(part.event.added, part.makers).map { ($0.ref.string, $1) })
            touch(part.records.filter(\.isOver).map { "#" + $0.id }, by: applied.sequence, of: name)
        }
        self[name].feed.part = turn.part + 1
        self[name].feed.until = now + lease
        if let cursor = part.cursor { self[name].feed.cursor = String(decoding: cursor, as: UTF8.self) }
        self[name].feed.told += applied.published + applied.removed
        let covered = min(applied.removed, state.feed.approved)
        self[name].feed.approved -= covered
        self[name].feed.gone += applied.removed - covered
        let isBehind = self[name].stream.isBehind(maxPending: state.maxPending, maxLength: state.maxLength)
        return "applied \(applied.published) \(applied.unchanged) \(applied.removed) \(isBehind)"
    }

    /// What is to be held: removals that nobody approved, if with those that went before they are too large a share of what
    /// there would be without any.
    private func holds(_ part: ChangePart, _ state: ProviderModel, above percentage: Double) -> (
        reason: String, removals: Int, known: Int
    )? {
        let removals = max(part.removalsLeft, part.event.removed.count)
        let known = state.known.count + state.feed.gone
        let all = state.feed.gone + removals - state.feed.approved
        guard removals > state.feed.approved, Double(all * 100) > percentage * Double(known) else { return nil }
        let share = String(format: "%.4g", Double(all * 100) / Double(known))
        let reason =
            "the feed of changes would remove \(removals) of \(known) entities, \(share) % with what it removed since the "
            + "last whole cycle, above \(percentage) %"
        return (reason, removals, known)
    }

    mutating func conclude(_ turn: PollTurn, _ outcome: PollOutcome, of name: String, pause: Int64) -> Bool {
        let id = makeID(name)
        guard self[name].feed.fence == turn.fence else { return false }
        self[name].feed.fence = nil
        self[name].feed.until = nil
        self[name].feed.holder = nil
        self[name].feed.due = now + pause
        self[name].feed.pause = pause
        switch outcome {
        case .failed(let text), .expired(let text):
            self[name].feed.failures += 1
            self[name].feed.failure = Failure(text: text, at: now)
            if case .expired = outcome { self[name].feed.cursor = nil }
        case .obstructed(let text): self[name].feed.failure = Failure(text: text, at: now)
        case .told(let hasMore):
            self[name].feed.failures = 0
            self[name].feed.failure = nil
            self[name].feed.polledAt = now
            if !hasMore {
                self[name].feed.caughtUpAt = self[name].feed.askedAt
                self[name].feed.approved = 0
            }
        case .held(let refs):
            self[name].feed.failures = 0
            self[name].feed.failure = nil
            self[name].feed.polledAt = now
            if self[name].feed.held != nil, !refs.isEmpty { self[name].feed.heldRefs = refs.map(\.string) }
        case .answers:
            let rests = ["resting", "held", "failed"].contains(self[name].status)
            if rests, self[name].paused == nil, self[name].feed.cursor == nil {
                self[name].status = "starting"
                schedule(id, at: now, reason: "start")
            }
        case .released: break
        }
        return true
    }

    // MARK: - What events and feeds have in common

    struct Live {
        var published = 0
        var unchanged = 0
        var removed = 0
        var sequence: Int64 = 0
    }

    mutating func live(_ event: PreparedEvent, to name: String) -> Live {
        self[name].events += 1
        let sequence = self[name].events
        let fresh = event.added.filter {
            self[name].publishesAll || self[name].digests[$0.ref.string] != $0.digest.description
        }
        let relocated = self[name].relocate(fresh.map(\.ref.string))
        for entity in event.added {
            self[name].mark(entity.ref.string)
            if !self[name].publishesAll { self[name].digests[entity.ref.string] = entity.digest.description }
        }
        let known = self[name].known
        let gone = event.removed.map(\.string).filter(known.contains)
        for ref in event.removed { self[name].forget(ref.string) }
        touch(event.added.map(\.ref.string) + event.removed.map(\.string), by: sequence, of: name)
        for rejection in event.rejected { reject(rejection, of: name) }
        let removed = self[name].removals(gone)
        func tell(_ number: Int64, _ added: [Entity], _ removed: [Removal]) {
            guard !added.isEmpty || !removed.isEmpty else { return }
            publish(
                name,
                type: "delta",
                origin: "event",
                job: "event",
                sequence: number,
                added: added,
                removed: removed
            )
        }
        if relocated.isEmpty {
            tell(sequence, fresh, removed)
        } else {
            tell(sequence, fresh, relocated)
            if !removed.isEmpty {
                self[name].events += 1
                tell(self[name].events, [], removed)
            }
        }
        return Live(
            published: fresh.count,
            unchanged: event.added.count - fresh.count,
            removed: gone.count,
            sequence: sequence
        )
    }

    /// Only a page of this cycle, by a holder that may still commit it, can have been read before.
    private mutating func touch(_ names: [String], by sequence: Int64, of name: String) {
        guard self[name].isOpen, self[name].paused == nil else { return }
        for touched in names { self[name].touched[touched] = sequence }
        for old in Self.order(self[name].touched).dropLast(Self.most.touched) {
            self[name].touchedFloor = self[name].touched.removeValue(forKey: old) ?? 0
        }
    }

    mutating func reject(_ rejection: EntityRejection, of name: String) {
        let ref = rejection.ref?.string ?? ""
        self[name].rejected.append("\(self[name].generation) \(ref) \(rejection.reason) \(rejection.excerpt)")
    }
}
