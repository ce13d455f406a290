import Foundation
import Testing

/// That the walk finds what it is there to find.
@Suite struct MutationTests {
    /// If the walk needs more steps than this to find a mutation, its sequence is printed, to be put into ``Rare``.
    private static let late = 8_000
    /// So many steps find all but those of ``Rare``. `TIDEMARK_MODEL_STEPS` makes it more, to find a sequence for a new one of those.
    private static let most = ProcessInfo.processInfo.environment["TIDEMARK_MODEL_STEPS"].flatMap { Int($0) } ?? 50_000

    @Test(
        "with any one check taken out of a script, the walk finds a difference",
        arguments: [0, 1]
    )
    func finds(half: Int) async throws {
        try await withModelRedis { redis in
            var exploration = try await Exploration(redis: redis, texts: Texts())
            let whole = try await exploration.walk(seed: 1, steps: 3_000)
            #expect(whole == nil, "the walk finds a difference in the scripts as they are")
            var found: [Mutation] = []
            let rare = Set(Rare.all.map(\.mutation))
            let mutations = Mutation.all.filter { !rare.contains($0.description) }.enumerated()
                .filter { $0.offset % 2 == half }.map(\.element)
            // A mutation of `lane` changes every script, so each gets a walk of its own.
            for mutation in mutations where mutation.script == "lane" {
                exploration.tally = Exploration.Tally()
                try await exploration.use(Texts([mutation]))
                let failure = try await exploration.walk(seed: 1, steps: Self.most)
                #expect(failure != nil, "nothing was found of \(mutation)")
                if failure != nil { found.append(mutation) }
                print("  \(exploration.tally.steps) steps: \(mutation)")
            }
            exploration.tally = Exploration.Tally()
            // All others share one walk. Where it differs, halving finds a mutation that makes the difference alone; the walk
            // goes on without it. So the rare ones don't each need a long walk.
            var left = mutations.filter { $0.script != "lane" }
            /// By script, those that take part now.
            var chosen: [String: [Mutation]] = [:]
            var random = SeededGenerator(seed: UInt64(half))
            while !left.isEmpty, exploration.tally.steps < Self.most {
                for (script, list) in Dictionary(grouping: left, by: \.script) where chosen[script] == nil {
                    chosen[script] = await Self.compatible(list, &exploration)
                }
                let some = chosen.keys.sorted().flatMap { chosen[$0] ?? [] }
                let texts = try Texts(some)
                try await exploration.use(texts)
                let steps = Self.most - exploration.tally.steps
                guard let failure = try await exploration.walk(seed: random.next(), steps: steps) else { break }
                let sent = texts.sent.empty()
                let suspects = some.filter { sent.contains($0.script) }
                if let mutation = try await culprit(suspects, failure.sequence, &exploration) {
                    left.removeAll { $0.description == mutation.description }
                    chosen[mutation.script] = nil
                    found.append(mutation)
                    print("  \(exploration.tally.steps) steps: \(mutation)")
                    if exploration.tally.steps > Self.late {
                        try await exploration.use(Texts([mutation]))
                        print(Rare.code(of: mutation, try await exploration.shrink(failure).sequence))
                    }
                } else {
                    // It takes two of them. In another order, other mutations share the walk.
                    left.shuffle(using: &random)
                    chosen = [:]
                }
            }
            for mutation in left { Issue.record("nothing was found of \(mutation)") }
            print("Mutations found: \(found.count) of \(mutations.count)")
        }
    }

    @Test("what a walk rarely meets is found by a sequence of its own")
    func rare() async throws {
        try await withModelRedis { redis in
            for rare in Rare.all {
                let mutation = try #require(
                    Mutation.all.first { $0.description == rare.mutation },
                    "\(rare.mutation) is none"
                )
                var exploration = try await Exploration(redis: redis, texts: Texts())
                let whole = try await exploration.replay(rare.sequence)
                #expect(whole == nil, "the sequence of \(mutation) finds a difference in the scripts as they are")
                try await exploration.use(Texts([mutation]))
                #expect(try await exploration.replay(rare.sequence) != nil, "nothing was found of \(mutation)")
            }
        }
    }

    /// As many mutations of a script as can be applied together: some change the same line, or break the script's syntax in pairs.
    private static func compatible(_ mutations: [Mutation], _ exploration: inout Exploration) async -> [Mutation] {
        func isValid(_ some: [Mutation]) async -> Bool {
            do {
                try await exploration.use(Texts(some))
                return true
            } catch {
                return false
            }
        }
        if await isValid(mutations) { return mutations }
        var some: [Mutation] = []
        for mutation in mutations where await isValid(some + [mutation]) { some.append(mutation) }
        return some
    }

    /// A mutation that makes a sequence differ by itself; nil if it takes several.
    private func culprit(
        _ suspects: [Mutation],
        _ sequence: Exploration.Sequence,
        _ exploration: inout Exploration
    ) async throws -> Mutation? {
        guard suspects.count > 1 else {
            guard let last = suspects.first else { return nil }
            try await exploration.use(Texts([last]))
            return try await exploration.replay(sequence) == nil ? nil : last
        }
        let first = Array(suspects.prefix(suspects.count / 2))
        try await exploration.use(Texts(first))
        let isThere = try await exploration.replay(sequence) != nil
        return try await culprit(isThere ? first : Array(suspects.dropFirst(first.count)), sequence, &exploration)
    }
}
