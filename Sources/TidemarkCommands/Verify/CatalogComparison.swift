internal import Catalog
internal import CatalogConsumer
internal import Ingestion

/// Compares what is known of a provider with a catalog, ref by ref and body by body, while both may change.
///
/// What differs is looked at again: it is a difference if Redis has said the same before and after the catalog was read, and
/// no entry that the catalog has yet to read speaks of the ref. 10,000 of those that differ are kept at most.
struct CatalogComparison: Sendable {
    let provider: String
    let verifier: Verifier
    let catalog: SQLiteCatalog
    var clock: any Clock<Duration> = ContinuousClock()
    let progressed: @Sendable (_ looked: Int, _ differing: Int) -> Void

    /// What became of refs that differed.
    private struct Settled {
        var differences: [String] = []
        /// Those that entries speak of which the catalog has not read.
        var pending = 0
        var unsteady = 0
    }

    func run() async throws -> Verification.Check {
        var check = Verification.Check(3, Self.title, provider: provider)
        if try await catalog.snapshot(of: provider, refs: []).isRestarting {
            check.skipped =
                "the catalog takes everything in anew, since entries that it had not read are gone: verify again when the "
                + "next cycle has completed"
            return check
        }
        var candidates: Set<String> = []
        var (others, withoutDigest) = (0, 0)
        func add(_ ref: String) {
            if candidates.count < Self.mostKept { candidates.insert(ref) } else { others += 1 }
        }
        var digests = BodyDigests()
        var last: CatalogEntity?
        while case let entities = try await catalog.entities(provider: provider, after: last, limit: 500),
            !entities.isEmpty
        {
            last = entities.last
            let known = try await verifier.look(at: entities.map(\.ref), of: provider)
            for (entity, known) in zip(entities, known) {
                if known.isKnown, known.digest == nil { withoutDigest += 1 }
                if !agrees(digests.digest(of: entity.body, ref: entity.ref), known) { add(entity.ref) }
            }
            check.looked += entities.count
            progressed(check.looked, candidates.count + others)
        }
        try await verifier.eachKnownRef(of: provider) { refs in
            let bodies = try await catalog.snapshot(of: provider, refs: refs).bodies
            for ref in refs where bodies[ref] == nil {
                check.looked += 1
                add(ref)
            }
            progressed(check.looked, candidates.count + others)
        }
        let settled = try await settle(candidates.sorted())
        check.violate(settled.differences, andOthers: others)
        let note = note(settled, withoutDigest)
        // Without a difference, what was not compared is what there is to say.
        if check.violations == 0, settled.pending + settled.unsteady > 0 {
            check.skipped = note
        } else {
            check.note = note
        }
        return check
    }

    private func settle(_ refs: [String]) async throws -> Settled {
        var settled = Settled()
        for start in stride(from: 0, to: refs.count, by: 500) {
            let end = min(start + 500, refs.count)
            progressed(refs.count, refs.count - start)
            try await settle(Array(refs[start..<end]), &settled)
        }
        return settled
    }

    private func settle(_ refs: [String], _ settled: inout Settled) async throws {
        var open = refs
        var digests = BodyDigests()
        var (pendingRefs, unsteadyRefs) = (0, 0)
        defer {
            settled.pending += pendingRefs
            settled.unsteady += unsteadyRefs
        }
        var (last, standing): (StreamEntryID?, Int) = (nil, 0)
        for attempt in 0..<Self.tries where standing < Self.patience {
            if attempt > 0 { try await clock.sleep(for: Self.pause) }
            let before = try await verifier.look(at: open, of: provider)
            let snapshot = try await catalog.snapshot(of: provider, refs: open)
            let after = try await verifier.look(at: open, of: provider)
            let pending = try await verifier.published(
                after: snapshot.lastEntryID?.description,
                among: Set(open),
                of: provider
            )
            standing = snapshot.lastEntryID == last ? standing + 1 : 0
            last = snapshot.lastEntryID
            var left: [String] = []
            (pendingRefs, unsteadyRefs) = (0, 0)
            for (ref, (before, after)) in zip(open, zip(before, after)) {
                let digest = snapshot.bodies[ref].map { digests.digest(of: $0, ref: ref) }
                if agrees(digest, before) || agrees(digest, after) { continue }
                guard pending.contains(ref) || before != after else {
                    settled.differences.append("\(ref) \(difference(digest, after))")
                    continue
                }
                if pending.contains(ref) { pendingRefs += 1 } else { unsteadyRefs += 1 }
                left.append(ref)
            }
            open = left
            if open.isEmpty { return }
        }
    }

    /// - Parameter digest: that of the catalog's body; the outer nil when the catalog has no such ref, the inner one when the
    ///   body is no valid entity of this ref.
    private func agrees(_ digest: EntityDigest??, _ known: KnownRef) -> Bool {
        guard let digest else { return !known.isKnown }
        guard let digest else { return false }
        return known.isKnown && (known.digest == nil || known.digest == digest)
    }

    private func difference(_ digest: EntityDigest??, _ known: KnownRef) -> String {
        guard let digest else { return "is known and missing in the catalog" }
        if !known.isKnown { return "is in the catalog and not known" }
        return digest == nil
            ? "has a body in the catalog that is no valid entity of this ref"
            : "has another body in the catalog than was published last"
    }

    private func note(_ settled: Settled, _ withoutDigest: Int) -> String? {
        var notes: [String] = []
        if settled.pending > 0 {
            notes.append(
                "\(Figures.count(settled.pending)) refs were not compared, since the catalog has yet to read their last "
                    + "entries: let its consumer run, and verify again"
            )
        }
        if settled.unsteady > 0 {
            notes.append(
                "\(Figures.count(settled.unsteady)) refs changed each time they were looked at: verify again when it is calmer"
            )
        }
        if withoutDigest > 0 {
            notes.append(
                "\(Figures.count(withoutDigest)) bodies were not compared, since no digests are kept of them: `publish: "
                    + "changed` keeps them, and after a resync they are there when the next cycle has completed"
            )
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    static let title = "the catalog has what is known, body by body"
    private static let mostKept = 10_000
    /// For how long a consumer may take to read what was published: 10 s, and 2 s in which it reads nothing.
    private static let tries = 40
    private static let patience = 8
    private static let pause = Duration.milliseconds(250)
}

/// Digests the bodies of a catalog, so that a body is found that was changed in the file alone.
struct BodyDigests: ~Copyable {
    private var normalizer = EntityNormalizer()

    /// Nil for a body that is no valid entity of this ref.
    mutating func digest(of body: String, ref: String) -> EntityDigest? {
        var body = body
        let entity = body.withUTF8 { try? normalizer.normalize($0) }
        return entity?.ref.string == ref ? entity?.digest : nil
    }
}
