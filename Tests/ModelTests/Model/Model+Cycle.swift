import Catalog
import Foundation

@testable import Ingestion

/// A cycle from its beginning to the end of its chains, and what is published.
extension Model {
    /// Whatever goes on ends, and `id` begins the next cycle.
    mutating func schedule(_ id: String, at due: Int64, reason: String) {
        let name = provider(of: id)
        forgetNext(name)
        forgetNewer(name)
        self[name].isOpen = false
        self[name].throttled = nil
        self[name].touched = [:]
        self[name].touchedFloor = 0
        self[name].next = id
        self[name].floor = self[name].fence
        jobs[id] = Job(kind: .cycle)
        if due <= now {
            self[name].waits = nil
            enqueue(id)
        } else {
            self[name].waits = (reason, due)
            delay(id, until: due)
        }
    }

    /// A job that waits for the time of a cycle that will not be goes with it.
    mutating func forgetNext(_ name: String) {
        guard let id = self[name].next else { return }
        self[name].next = nil
        if lanes[lane(of: id)].delayed.removeValue(forKey: id) != nil { jobs[id] = nil }
    }

    /// Jobs that are set aside go with their cycle.
    mutating func forgetNewer(_ name: String) {
        let lane = laneOf[name] ?? 0
        for (id, due) in lanes[lane].delayed where due >= Ingestion.Job.newer && provider(of: id) == name {
            lanes[lane].delayed[id] = nil
            jobs[id] = nil
        }
    }

    mutating func closeFailed(_ name: String, follower: String, rest: Int64) {
        self[name].status = "failed"
        self[name].ended = now
        self[name].failedAt = now
        record(name, "failed", self[name].failure?.text)
        schedule(follower, at: now + rest, reason: "rest")
    }

    mutating func endChain(_ name: String, follower: String, rest: Int64) {
        self[name].outstanding -= 1
        guard self[name].outstanding <= 0 else { return }
        self[name].restarts = 0
        if self[name].givenUp > 0 { return closeFailed(name, follower: follower, rest: rest) }
        self[name].status = "sweeping"
        jobs[follower] = Job(kind: .sweep, generation: self[name].generation)
        enqueue(follower)
    }

    mutating func throttles(_ name: String) -> Bool {
        let state = self[name]
        let isBehind = state.stream.isBehind(maxPending: state.maxPending, maxLength: state.maxLength)
        self[name].throttled = isBehind ? state.throttled ?? now : nil
        return isBehind
    }

    /// One step: the two older generations become one, the smaller in the larger, then the new one opens.
    mutating func begin(_ holder: Ingestion.Job, point: FeedPoint?, lease: Int64) -> String {
        let (id, name) = (holder.id, holder.provider)
        if let refusal = refusal(holder) { return refusal }
        guard let job = jobs[id] else { return "lost" }
        var state = self[name]
        if job.kind == .page, job.sequence == 0 { return "begun \(state.generation) \(state.previous)" }
        guard job.kind == .cycle, (holder.generation, holder.previous) == (state.generation, state.previous) else {
            return "lost"
        }
        extendLease(id, lease)
        self[name].status = "starting"
        self[name].over = state.generation
        self[name].held = nil
        let decides = state.over != state.generation && state.swept == state.generation
        if decides, state.misses == 2, state.missed.isEmpty, !state.unmarked.isEmpty {
            self[name].missed = state.unmarked
            self[name].seen[state.previous] = nil
            self[name].hasMissed = true
            state = self[name]
        }
        let isSmaller = state.unmarked.count > state.marked.count
        let (small, large) =
            isSmaller ? (state.generation, state.previous) : (state.previous, state.generation)
        if small != large {
            for ref in state.seen[small, default: []].sorted().prefix(Self.most.popped) {
                self[name].seen[small]?.remove(ref)
                self[name].seen[large, default: []].insert(ref)
            }
            if self[name].seen[small]?.isEmpty == false { return "merging" }
        }
        let isWhole = state.outstanding <= 0 && state.givenUp == 0
        if isWhole || state.validators.count > state.validatorsBefore.count {
            self[name].validatorsBefore = state.validators
        }
        self[name].validators = [:]
        self[name].locationsKept = [:]
        self[name].generation += 1
        self[name].previous = large
        self[name].status = "running"
        self[name].isOpen = true
        self[name].outstanding = 1
        self[name].givenUp = 0
        self[name].started = now
        self[name].ended = nil
        self[name].readAt = nil
        self[name].next = nil
        self[name].waits = nil
        self[name].counts["failures"] = nil
        self[name].counts["set_aside"] = nil
        self[name].redisFailure = nil
        for count in Self.cycleCounts + ["listed", "shrunk"] { self[name].counts[count] = 0 }
        self[name].counts["known_at_start"] = self[name].known.count
        jobs[id]?.kind = .page
        jobs[id]?.generation = state.generation + 1
        jobs[id]?.sequence = 0
        jobs[id]?.rateLimits = 0
        jobs[id]?.redisErrors = 0
        if point != nil, self[name].feed.held != nil || self[name].feed.approved > 0 {
            self[name].feed.cursor = nil
            self[name].feed.held = nil
            self[name].feed.heldRefs = []
            self[name].feed.approved = 0
        }
        if let cursor = point?.cursor {
            self[name].feed.cursor = String(decoding: cursor, as: UTF8.self)
            self[name].feed.due = now
        } else if let error = point?.error {
            self[name].feed.failures += 1
            self[name].feed.failure = Failure(text: error, at: now)
        }
        publish(name, type: "cycle-started", origin: "burst", job: id, sequence: 0)
        return "begun \(self[name].generation) \(large)"
    }

    static let cycleCounts = [
        "pages", "marked", "added", "changed", "unchanged", "removed", "rejected", "duplicates", "unmodified",
    ]

    mutating func extendLease(_ id: String, _ lease: Int64) {
        if lanes[lane(of: id)].leased[id] != nil { lanes[lane(of: id)].leased[id] = now + lease }
    }

    mutating func commit(
        _ part: Part,
        of holder: Ingestion.Job,
        events: Int64,
        lease: Int64,
        rest: Int64,
        version: Int64
    ) -> String {
        let (id, name) = (holder.id, holder.provider)
        let follower = makeID(name)
        let children = (part.next ?? []).map { (id: makeID(name), cursor: String(decoding: $0, as: UTF8.self)) }
        if let refusal = refusal(holder) { return refusal }
        guard let job = jobs[id], job.kind == .page else { return "lost" }
        let sequence = holder.sequence + 1
        if sequence <= job.sequence { return "duplicate \(throttles(name)) \(self[name].events)" }
        guard sequence == job.sequence + 1 else { return "lost" }

        let all = part.published + part.unchanged
        if !all.isEmpty, events < self[name].touchedFloor { return "reread \(self[name].events)" }
        if let index = children.firstIndex(where: { $0.cursor == job.anchor }) { return "circle \(index)" }
        if children.count > 1, self[name].outstanding - 1 + children.count > Self.most.chains {
            return "chains \(self[name].outstanding)"
        }
        var overtaken = all.indices.filter { self[name].touched[all[$0].ref.string] ?? 0 > events }
        let records = self[name].isPolled ? part.records : nil
        if overtaken.isEmpty, let records {
            // Which entities a record makes that was told of since, no page from before knows.
            overtaken = all.indices.filter { self[name].touched["#" + (records[all[$0].ref] ?? "")] ?? 0 > events }
        }
        let outdated = all.indices.dropFirst(part.published.count)
            .filter { self[name].digests[all[$0].ref.string] != all[$0].digest.description }
        guard overtaken.isEmpty, outdated.isEmpty else { return "retry \(overtaken) \(Array(outdated))" }

        let known = self[name].known
        let relocated = self[name].relocate(part.published.map(\.ref.string))
        var marked = 0
        var listed = all.count + part.overtaken
        var kept: [String] = []
        for ref in all.map(\.ref.string) {
            if !self[name].marked.contains(ref) { marked += 1 }
            self[name].mark(ref)
        }
        let added = Set(all.map(\.ref.string)).subtracting(known).count
        if let records { self[name].own(all.map { ($0.ref.string, records[$0.ref] ?? "") }) }
        if !part.published.isEmpty {
            for entity in part.published where !self[name].publishesAll {
                self[name].digests[entity.ref.string] = entity.digest.description
            }
        }
        for rejection in part.rejected {
            let ref = rejection.ref?.string ?? ""
            reject(rejection, of: name)
            if known.contains(ref), !self[name].marked.contains(ref) {
                self[name].mark(ref)
                marked += 1
            }
            if self[name].marked.contains(ref) {
                listed += 1
                self[name].keepLocation(ref)
                if self[name].digests[ref] == nil { kept.append(ref) }
            }
        }
        if !part.published.isEmpty || !kept.isEmpty {
            publish(
                name,
                type: "delta",
                origin: "burst",
                job: id,
                sequence: sequence,
                added: part.published,
                removed: relocated,
                kept: kept
            )
        }
        let changed = max(0, part.published.count - added)
        for (count, amount) in [
            ("marked", marked), ("listed", listed), ("added", added), ("changed", changed),
            ("unchanged", part.unchanged.count),
            ("rejected", part.rejected.count), ("duplicates", part.duplicates),
        ] {
            self[name].count(count, amount)
        }
        jobs[id]?.sequence = sequence
        if job.attempts > 0 { self[name].counts["failures"] = nil }
        if job.setAside > 0 { self[name].counts["set_aside"] = nil }
        self[name].redisFailure = nil
        jobs[id]?.attempts = 0
        jobs[id]?.stalls = 0
        jobs[id]?.setAside = 0
        jobs[id]?.rateLimits = 0
        jobs[id]?.redisErrors = 0
        // Only the text: the time tells when the page last failed.
        jobs[id]?.failure = job.failure?.at.map { Failure(text: "", at: $0) }
        extendLease(id, lease)
        let isSlow = throttles(name)
        var fell: Int64 = -1
        if part.next != nil {
            self[name].count("pages")
            if let total = part.total, let before = job.total, total < before {
                fell = before
                self[name].count("shrunk")
            }
            if let total = part.total, part.next?.count == 1 { jobs[id]?.total = total }
            self[name].readAt = now
            if let keeping = part.keeping {
                if keeping.record == nil { self[name].count("unmodified") }
                self[name].keep(keeping.page, keeping.record.map { String(decoding: $0, as: UTF8.self) })
            }
            jobs[id]?.pages += 1
            let isLed = part.keeping.map { $0.record == nil } ?? false
            go(on: children, from: id, isLed: isLed, follower: follower, rest: rest, version: version)
        }
        return "applied \(isSlow) \(self[name].events) \(added) \(changed) \(marked) \(fell)"
    }

    private mutating func go(
        on children: [(id: String, cursor: String)],
        from id: String,
        isLed: Bool,
        follower: String,
        rest: Int64,
        version: Int64
    ) {
        guard let job = jobs[id] else { return }
        // One cursor of a chain is remembered, another at each power of two of its pages.
        let isAnchored = job.pages & (job.pages - 1) == 0
        if children.count == 1 {
            jobs[id]?.cursor = children[0].cursor
            if isAnchored { jobs[id]?.anchor = children[0].cursor }
            jobs[id]?.version = version
            jobs[id]?.isLed = isLed
            return
        }
        let name = provider(of: id)
        self[name].outstanding += children.count
        for child in children {
            var new = Job(kind: .page, generation: job.generation, pages: job.pages, cursor: child.cursor)
            new.version = version
            new.isLed = isLed
            new.anchor = isAnchored ? child.cursor : job.anchor
            jobs[child.id] = new
            enqueue(child.id)
        }
        jobs[id] = nil
        _ = unlease(id)
        refill(name)
        endChain(name, follower: follower, rest: rest)
    }

    mutating func publish(
        _ name: String,
        type: String,
        origin: String,
        job: String,
        sequence: Int64,
        added: [Entity] = [],
        removed: [Removal] = [],
        kept: [String] = []
    ) {
        self[name].stream.exists = true
        self[name].stream.added += 1
        let bodies = added.map {
            "{\"entity\":\(String(decoding: $0.body, as: UTF8.self)),\"locationKey\":\"\(self[name].location)\"}"
        }
        let refs = removed.map(\.json).sorted()
        let spared = kept.isEmpty ? "" : " kept [\(kept.map { "\"\($0)\"" }.joined(separator: ","))]"
        self[name].fresh.append(
            """
            v 1 type \(type) provider \(name) generation \(self[name].generation) job \(job) sequence \(sequence) at \(now) \
            origin \(origin)\(spared) added [\(bodies.joined(separator: ","))] removed [\(refs.joined(separator: ","))]
            """
        )
    }
}
