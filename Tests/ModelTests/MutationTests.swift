import Testing

/// That the walk finds what it is there to find.
@Suite struct MutationTests {
    private static let seed: UInt64 = 1
    private static let most = 100_000

    @Test(
        "with any one check taken out of a script, the walk finds a difference within 100,000 steps",
        arguments: [0, 1]
    )
    func finds(half: Int) async throws {
        try await withModelRedis { redis in
            var found: [(steps: Int, mutation: Mutation)] = []
            for (index, mutation) in Mutation.all.enumerated() where index % 2 == half {
                var exploration = try await Exploration(redis: redis, texts: Texts([mutation]))
                let failure = try await exploration.walk(seed: Self.seed, steps: Self.most)
                #expect(failure != nil, "nothing was found of \(mutation)")
                if failure != nil { found.append((exploration.tally.steps, mutation)) }
            }
            // What was found is the mutations' doing.
            var whole = try await Exploration(redis: redis, texts: Texts())
            let failure = try await whole.walk(seed: Self.seed, steps: found.map(\.steps).max() ?? 0)
            #expect(failure == nil, "the walk finds a difference in the scripts as they are")
            let lines = found.sorted { $0.steps < $1.steps }.map { "  \($0.steps) steps: \($0.mutation)\n" }
            print("Mutations found: \(found.count)\n" + lines.joined())
        }
    }
}
