internal import Catalog

/// Compares what a source lists with what is known, ref by ref and digest by digest, while both may change.
///
/// What differs is looked at again before it is called different: its page is read once more, or the whole source where known
/// refs were not listed. A ref that became known, or left, while the source was read is no difference. Of the known refs it keeps
/// nine bytes each, of those that differ 10,000 at most.
package actor SourceComparison {
    /// How far it is.
    package struct Progress: Sendable {
        package var pages = 0
        package var entities = 0
        package var differences = 0
        /// Whether what differed is looked at again.
        package var isAgain = false
    }

    private struct Difference {
        var problem: String
        var number: Int
        var cursor: JSON?
        /// The page, in words.
        var place: String
    }

    private let provider: Provider
    private let verifier: Verifier
    private let walk: SourceWalk
    /// The page that was read last, in words, where there is more to say than its cursor. It is asked once for each page.
    private let describe: @Sendable () -> String?
    private let progressed: @Sendable (Progress) -> Void

    private var ledger = RefLedger()
    private var progress = Progress()
    private var differing: [String: Difference] = [:]
    private var unlisted: Set<String> = []
    /// Differences, and unlisted refs, beyond those that are kept.
    private var otherDiffering = 0
    private var otherUnlisted = 0
    private var withoutDigest = 0
    private var withoutRef = 0

    package init(
        _ provider: Provider,
        verifier: Verifier,
        walk: SourceWalk,
        describe: @escaping @Sendable () -> String? = { nil },
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        (self.provider, self.verifier, self.walk) = (provider, verifier, walk)
        (self.describe, progressed) = (describe, progress)
    }

    /// Reads the source and compares.
    ///
    /// - Throws: ``SourceWalk/Failure`` when a page cannot be read.
    package func run() async throws -> [Verification.Check] {
        try await begin()
        try await walk.readAll { step in try await self.compare(step) }
        try await findUnlisted()
        progress.isAgain = true
        if !unlisted.isEmpty {
            let (before, _) = (differing, differing.removeAll())
            try await walk.readAll { step in try await self.compareAgain(step, with: before) }
        } else if !differing.isEmpty {
            let (before, _) = (differing, differing.removeAll())
            let pages = Dictionary(
                before.values.map { ($0.number, $0.cursor) },
                uniquingKeysWith: { first, _ in first }
            )
            try await walk.read(pages.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) { step in
                try await self.compareAgain(step, with: before)
            }
        }
        return try await checks()
    }

    private func begin() async throws {
        var hashes: [UInt64] = []
        try await verifier.eachKnownRef(of: provider.name) { refs in
            for ref in refs { hashes.append(RefLedger.hash(ref)) }
        }
        ledger.begin(with: hashes)
    }

    private func compare(_ step: SourceWalk.Step) async throws {
        let place = place(of: step)
        for (entity, problem) in try await problems(of: step) {
            let ref = entity.ref.string
            if let problem {
                ledger.list(ref, hasKnownBody: false)
                // Another page has listed it as it is known.
                guard !ledger.hasKnownBody(ref) else { continue }
                note(ref, problem, step, place, &otherDiffering)
            } else {
                ledger.list(ref, hasKnownBody: true)
                differing[ref] = nil
            }
        }
        for rejection in step.page.rejected {
            guard let ref = rejection.ref else {
                withoutRef += 1
                continue
            }
            ledger.list(ref.string, hasKnownBody: false)
        }
        report(step)
    }

    private func compareAgain(_ step: SourceWalk.Step, with before: [String: Difference]) async throws {
        let place = place(of: step)
        for rejection in step.page.rejected { rejection.ref.map { _ = unlisted.remove($0.string) } }
        for entity in step.page.entities { unlisted.remove(entity.ref.string) }
        for (entity, problem) in try await problems(of: step) where before[entity.ref.string] != nil {
            let ref = entity.ref.string
            var others = 0
            if let problem { note(ref, problem, step, place, &others) } else { differing[ref] = nil }
        }
        report(step)
    }

    private func note(
        _ ref: String,
        _ problem: String,
        _ step: SourceWalk.Step,
        _ place: String,
        _ others: inout Int
    ) {
        if differing.count < Self.mostKept || differing[ref] != nil {
            differing[ref] = Difference(problem: problem, number: step.number, cursor: step.cursor, place: place)
        } else {
            others += 1
        }
    }

    private func place(of step: SourceWalk.Step) -> String {
        let cursor = step.cursor.map { "cursor \(provider.secrets.redacting($0))" } ?? "the first"
        return "page \(step.number), " + (describe().map { provider.secrets.redacting($0) } ?? cursor)
    }

    /// The entities of a page, and how each differs from what is known.
    private func problems(of step: SourceWalk.Step) async throws -> [(Entity, String?)] {
        var problems: [(Entity, String?)] = []
        let entities = step.page.entities
        problems.reserveCapacity(entities.count)
        for start in stride(from: 0, to: entities.count, by: 500) {
            let some = entities[start..<min(start + 500, entities.count)]
            let known = try await verifier.look(at: some.map(\.ref.string), of: provider.name)
            for (entity, known) in zip(some, known) {
                if known.isKnown, known.digest == nil, !progress.isAgain { withoutDigest += 1 }
                problems.append((entity, known.difference(from: entity.digest)))
            }
        }
        return problems
    }

    private func report(_ step: SourceWalk.Step) {
        progress.pages = step.number
        if !progress.isAgain { progress.entities += step.page.entities.count }
        progress.differences = differing.count + otherDiffering + unlisted.count + otherUnlisted
        progressed(progress)
    }

    /// Those that were known when the walk began, are known still, and were not listed.
    private func findUnlisted() async throws {
        var (found, others) = (Set<String>(), 0)
        let ledger = ledger
        try await verifier.eachKnownRef(of: provider.name) { refs in
            for ref in refs where ledger.isUnlisted(ref) {
                if found.count < Self.mostKept { found.insert(ref) } else if !found.contains(ref) { others += 1 }
            }
        }
        (unlisted, otherUnlisted) = (found, others)
    }

    private func checks() async throws -> [Verification.Check] {
        var bodies = Verification.Check(4, Self.title, provider: provider.name)
        bodies.looked = progress.entities
        bodies.violate(
            differing.sorted { ($0.value.number, $0.key) < ($1.value.number, $1.key) }
                .map { "\($0.key) \($0.value.problem) (\($0.value.place))" },
            andOthers: otherDiffering
        )
        if provider.publish == .all {
            bodies.title = "what the source lists is known"
            bodies.note =
                "bodies were not compared: with `publish: all` no digests are kept; `publish: changed` keeps them"
        } else if withoutDigest > 0 {
            bodies.note =
                "\(withoutDigest) bodies were not compared: a resync has forgotten their digests; verify again when the next "
                + "cycle has completed"
        }
        var refs = Verification.Check(4, "what is known is listed by the source", provider: provider.name)
        refs.looked = ledger.count
        var kept = 0
        let left = unlisted.sorted()
        for start in stride(from: 0, to: left.count, by: 500) {
            let some = Array(left[start..<min(start + 500, left.count)])
            let isKept = try await verifier.keptThoughMissed(some, of: provider.name)
            for (index, known) in try await verifier.look(at: some, of: provider.name).enumerated() where known.isKnown
            {
                if isKept[index] { kept += 1 } else { refs.violate(["\(some[index]) is known and not listed"]) }
            }
        }
        refs.violate([], andOthers: otherUnlisted)
        var notes: [String] = []
        if kept > 0 {
            notes.append(
                "of the known refs, \(kept) were missed by the last cycle, too, and are removed if the next one misses them "
                    + "(removeAfterMisses)"
            )
        }
        if withoutRef > 0 {
            notes.append(
                "of the listed entities, \(withoutRef) have no valid ref, so whether they are known was not compared: "
                    + "`tidemark rejected \(provider.name)` shows them"
            )
        }
        refs.note = notes.isEmpty ? nil : notes.joined(separator: "; ")
        return [bodies, refs]
    }

    package static let title = "what the source lists is known, body by body"
    private static let mostKept = 10_000
}
