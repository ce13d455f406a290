internal import Catalog
internal import Tracing

/// Commits a prepared page: in parts of at most 500 entities and 1 MiB, the last of which advances the cursor.
struct PageCommit: Sendable {
    let store: Store
    let provider: Provider
    let lease: Duration

    /// What the commits of a page came to.
    struct Outcome: Sendable {
        /// The job with the sequence of its last part.
        var job: Job
        var refusal: Refusal?
        var throttled = false
        var events: Int64
        var added = 0
        var changed = 0
        var unchanged = 0
        var rejected = 0
        var duplicates = 0
        var marked = 0
        /// The total that the page before named, if this one's is less.
        var totalBefore: Int64?
        var retries = 0
        /// Whether the page must be read again: something else was published of one that was not read, or it was read before
        /// events of which the names are kept no more.
        var needsReading = false
    }

    func commit(_ page: PreparedPage, of job: Job) async throws -> Outcome {
        try await provider.withSpan("commit", ofKind: .producer) { span in
            let outcome = try await write(page, of: job)
            span.tell([
                LogKey.sequence: outcome.job.sequence, LogKey.added: outcome.added, LogKey.changed: outcome.changed,
                LogKey.marked: outcome.marked, LogKey.parts: outcome.job.sequence - job.sequence,
                LogKey.retries: outcome.retries,
            ])
            if outcome.refusal != nil { span.tell([LogKey.outcome: "lost"]) }
            return outcome
        }
    }

    private func write(_ page: PreparedPage, of job: Job) async throws -> Outcome {
        var outcome = Outcome(job: job, events: page.events)
        var pending = try await parts(of: page)
        while let part = pending.first {
            let committed = try await store.commit(
                part,
                of: outcome.job,
                provider: provider,
                events: page.events,
                lease: lease
            )
            switch committed {
            case .applied(let applied):
                outcome.added += applied.added
                outcome.changed += applied.changed
                outcome.unchanged += part.unchanged.count
                outcome.rejected += part.rejected.count
                outcome.duplicates += part.duplicates
                outcome.marked += applied.marked
                outcome.totalBefore = applied.totalBefore
                outcome.throttled = applied.throttled
                outcome.events = applied.events
            case .duplicate(let throttled, let events):
                outcome.throttled = throttled
                outcome.events = events
            case .retry(_, let outdated) where page.isAsKept && !outdated.isEmpty:
                outcome.needsReading = true
                return outcome
            case .reread(let events):
                outcome.needsReading = true
                outcome.events = events
                return outcome
            case .circle(let index): throw Self.circle(page.cursors[index], after: job.pages + 1)
            case .tooManyChains(let open): throw Self.tooManyChains(open, page.cursors.count)
            case .retry(let overtaken, let outdated):
                outcome.retries += 1
                guard outcome.retries <= Self.mostRetries else {
                    throw SourceError(
                        .unavailable,
                        "live events and this page overtook each other \(outcome.retries) times; it is read again"
                    )
                }
                pending.replaceSubrange(0..<1, with: Self.split(part, without: overtaken, publishing: outdated))
                continue
            case .refused(let refusal):
                outcome.refusal = refusal
                return outcome
            }
            outcome.job.sequence += 1
            pending.removeFirst()
        }
        return outcome
    }

    /// The parts of a page, compared with the stored digests.
    private func parts(of page: PreparedPage) async throws -> [Part] {
        var parts: [Part] = []
        var part = Part()
        part.duplicates = page.duplicates
        for start in stride(from: 0, to: page.entities.count, by: Delta.maximumEntities) {
            let chunk = Array(page.entities[start..<min(start + Delta.maximumEntities, page.entities.count)])
            if page.isAsKept {
                part.unchanged = chunk
            } else if provider.publish == .changed {
                let stored = try await store.digests(of: chunk.map(\.ref), provider: provider.name)
                for (entity, digest) in zip(chunk, stored) {
                    if digest == entity.digest.bytes {
                        part.unchanged.append(entity)
                    } else {
                        part.published.append(entity)
                    }
                }
            } else {
                part.published = chunk
            }
            parts += Self.split(part)
            part = Part()
        }
        for start in stride(from: 0, to: page.rejected.count, by: Self.mostRejected) {
            part.rejected = Array(page.rejected[start..<min(start + Self.mostRejected, page.rejected.count)])
            parts.append(part)
            part = Part()
        }
        // The part that advances the cursor carries what the others left, but not a fork beside 500 entities.
        if parts.isEmpty || page.cursors.count > Self.mostCursorsBesideEntities { parts.append(part) }
        parts[parts.count - 1].next = page.cursors
        parts[parts.count - 1].total = page.total
        parts[parts.count - 1].keeping = page.keeping
        for index in parts.indices { parts[index].records = page.records }
        return parts
    }

    /// Splits a part whose bodies would not fit into one entry; `next` stays with the last.
    private static func split(_ part: Part, without overtaken: [Int] = [], publishing outdated: [Int] = []) -> [Part] {
        let dropped = Set(overtaken)
        let moved = Set(outdated)
        var rest = part
        rest.published = []
        rest.unchanged = []
        rest.overtaken += dropped.count
        var parts: [Part] = []
        var size = 0
        for (index, entity) in (part.published + part.unchanged).enumerated() where !dropped.contains(index) {
            if index >= part.published.count && !moved.contains(index) {
                rest.unchanged.append(entity)
                continue
            }
            let length = entity.body.count + Self.overhead
            if size + length > Delta.maximumBytes && !rest.published.isEmpty {
                var full = Part()
                full.published = rest.published
                full.records = rest.records
                parts.append(full)
                rest.published = []
                size = 0
            }
            size += length
            rest.published.append(entity)
        }
        return parts + [rest]
    }

    private static func circle(_ cursor: [UInt8], after pages: Int) -> SourceError {
        SourceError(
            .invalidPage,
            "after \(pages) pages the source led back to a cursor that this chain has had: "
                + String(decoding: cursor.prefix(200), as: UTF8.self)
        )
    }

    private static func tooManyChains(_ open: Int, _ more: Int) -> SourceError {
        SourceError(
            .limitExceeded,
            "the page forks into \(more) chains beside \(open) that are open; \(Store.mostChains) are allowed in a cycle. "
                + "It is read again when some have ended; if they lead in a circle, none does"
        )
    }

    private static let mostRetries = 10
    private static let mostRejected = 250
    private static let mostCursorsBesideEntities = 100
    /// `{"entity":…,"locationKey":"…"},` around a body, with room for the key.
    private static let overhead = 128
}
