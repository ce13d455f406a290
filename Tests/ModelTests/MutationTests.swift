import Testing

/// That the walk finds what it is there to find.
@Suite struct MutationTests {
    private static let most = 100_000

    @Test(
        "with any one check taken out of a script, the walk finds a difference within 100,000 steps",
        arguments: [0, 1]
    )
    func finds(half: Int) async throws {
        try await withModelRedis { redis in
            var exploration = try await Exploration(redis: redis, texts: Texts())
            let whole = try await exploration.walk(seed: 1, steps: 3_000)
            #expect(whole == nil, "the walk finds a difference in the scripts as they are")
            var found: [Mutation] = []
            let mutations = Mutation.all.enumerated().filter { $0.offset % 2 == half }.map(\.element)
            // What all scripts have in common is looked for one by one.
            for mutation in mutations where mutation.script == "lane" {
                exploration.tally = Exploration.Tally()
                try await exploration.use(Texts([mutation]))
                let failure = try await exploration.walk(seed: 1, steps: Self.most)
                #expect(failure != nil, "nothing was found of \(mutation)")
                if failure != nil { found.append(mutation) }
                print("  \(exploration.tally.steps) steps: \(mutation)")
            }
            exploration.tally = Exploration.Tally()
            // All others take part in one walk. Where it differs, which of them does so alone is searched by halves, and left
            // out from then on: what is rare is looked for together.
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
                } else {
                    // It takes two of them together: others are tried together.
                    left.shuffle(using: &random)
                    chosen = [:]
                }
            }
            for mutation in left { Issue.record("nothing was found of \(mutation)") }
            print("Mutations found: \(found.count)")
        }
    }

    /// Those of the mutations of a script that can be made at once: two that change the same line cannot, or leave no valid script.
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

    /// Which of them makes a sequence differ when it is the only one.
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
