import Testing

/// That the walk finds what it is there to find.
@Suite struct MutationTests {
    private static let most = 30_000

    /// To find these, several rare steps must follow each other, and a walk this long doesn't always get there.
    private static let rare: Set<String> = [
        "begin: `if ARGV[7] .. ARGV[8] ~= '' then` → `if ARGV[7] ~= '' then`",
        "begin: `redis.call('HDEL', KEYS[13], 'cursor')` → ``",
        "changes: `before + left - approved` → `before + left`",
        "changes: `if KEYS[10] ~= KEYS[9] then known` → `if true then known`",
        "changes: `math.max(tonumber(ARGV[8]), removed)` → `tonumber(ARGV[8])`",
        "claim: ` and not redis.call('HGET', job, 'set_aside')` → ``",
        "claim: `cut_pauses(math.max(0, pauses - 5), pauses - 1)` → ``",
        "claim: `cut_pauses(some, some + 4)` → ``",
        "claim: `if due < newer then cut` → `cut`",
        "claim: `time + backoff(provider, times)` → `time + backoff(provider, 1)`",
        "commit: `if count > 0 and tonumber(ARGV[6]) < number(state[5]) then` → `if false then`",
        "finish: `'HSETNX', provider, 'redis_error_at'` → `'HSET', provider, 'redis_error_at'`",
        "finish: `math.min(pause * 2 ^ (times - 1), tonumber(ARGV[7]))` → `pause * 2 ^ (times - 1)`",
        "finish: `pause = math.min(pause * 2 ^ (times - 1), tonumber(ARGV[7]))` → ``",
        "poll: `cut('until', number(turn[2]), tonumber(ARGV[2]))` → `0`",
        "poll: `cut('until', number(turn[2]), tonumber(ARGV[2]))` → `number(turn[2])`",
        "purge: `forget_held(provider)` → ``",
        "retry: `'attempts', 'stalls', 'set_aside')` → `'attempts', 'stalls')`",
        "sweep: `if not state[2] or number(state[4]) < number(state[3]) then` → `if not state[2] then`",
        "sweep: `if redis.call('EXISTS', kept) == 1 then` → `if false then`",
        "sweep: `redis.call('HDEL', kept, unpack(refs))` → ``",
    ]

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
            let mutations = Mutation.all.enumerated().filter { $0.offset % 2 == half }.map(\.element)
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
                } else {
                    // It takes two of them. In another order, other mutations share the walk.
                    left.shuffle(using: &random)
                    chosen = [:]
                }
            }
            #expect(Self.rare.isSubset(of: Mutation.all.map(\.description)))
            for mutation in left where !Self.rare.contains(mutation.description) {
                Issue.record("nothing was found of \(mutation)")
            }
            print("Mutations found: \(found.count) of \(mutations.count)")
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
