import Testing

/// That the walk finds what it is there to find.
@Suite struct MutationTests {
    private static let most = 30_000

    /// Those that take several rare steps one after the other: a walk of so many steps need not meet them.
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
        "claim: `wake_planned(state[4])\n` → ``",
        "commit: `if count > 0 and tonumber(ARGV[6]) < number(state[5]) then` → `if false then`",
        "finish: `'HSETNX', provider, 'redis_error_at'` → `'HSET', provider, 'redis_error_at'`",
        "finish: `math.min(pause * 2 ^ (times - 1), tonumber(ARGV[7]))` → `pause * 2 ^ (times - 1)`",
        "finish: `pause = math.min(pause * 2 ^ (times - 1), tonumber(ARGV[7]))` → ``",
        "poll: `cut('due', number(turn[1]), tonumber(turn[7]))` → `number(turn[1])`",
        "poll: `cut('until', number(turn[2]), tonumber(ARGV[2]))` → `0`",
        "poll: `cut('until', number(turn[2]), tonumber(ARGV[2]))` → `number(turn[2])`",
        "polled: `redis.call('HDEL', feed, 'approved')` → ``",
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
            for mutation in left where !Self.rare.contains(mutation.description) {
                Issue.record("nothing was found of \(mutation)")
            }
            print("Mutations found: \(found.count) of \(mutations.count)")
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
