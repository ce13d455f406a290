import Redis
import TestSupport

/// Sequence after sequence of random steps, each on an empty Redis.
struct Exploration {
    /// How many steps of each kind there were: those that did something, and those that changed nothing.
    struct Tally {
        var applied: [String: Int] = [:]
        var refused: [String: Int] = [:]
        var missing = 0
        var sequences = 0
        var completed = 0

        var steps: Int { applied.values.reduce(0, +) + refused.values.reduce(0, +) }
    }

    /// A sequence that ends in a difference.
    struct Failure {
        var sequence: Sequence
        var difference: Difference
    }

    /// Steps by their numbers, in a world of so many lanes and these providers.
    struct Sequence: Sendable {
        var lanes: Int
        var providers: [String]
        var steps: [(number: Int, step: Step)]
    }

    static let sequenceLength = 300

    let redis: RedisClient
    private(set) var texts: Texts
    private var loaded: Set<String> = []
    var tally = Tally()

    init(redis: RedisClient, texts: Texts) async throws {
        self.redis = redis
        self.texts = texts
        try await use(texts)
    }

    /// From the next sequence on.
    mutating func use(_ texts: Texts) async throws {
        self.texts = texts
        // Known to the server before the first step: a script that is sent twice would use up ids twice.
        for script in texts.all where !loaded.contains(script.sha1) {
            _ = try await redis.call("SCRIPT", "LOAD", script.source)
            loaded.insert(script.sha1)
        }
    }

    /// Walks `steps` steps more, or to the first difference.
    mutating func walk(seed: UInt64, steps: Int) async throws -> Failure? {
        var seeds = SeededGenerator(seed: seed)
        let end = tally.steps + steps
        while tally.steps < end {
            if let failure = try await walkOnce(seed: seeds.next(), most: end - tally.steps) { return failure }
        }
        return nil
    }

    private mutating func walkOnce(seed: UInt64, most: Int) async throws -> Failure? {
        // In turn, so that none is left out of a short walk.
        let moods = Walk.Mood.allCases
        var walk = Walk(seed: seed, mood: moods[tally.sequences % moods.count])
        var run = try await Run(redis: redis, lanes: walk.lanes, providers: walk.providers, texts: texts)
        var sequence = Sequence(lanes: walk.lanes, providers: walk.providers, steps: [])
        tally.sequences += 1
        defer { tally.completed += walk.providers.reduce(0) { $0 + (run.model[$1].counts["completed"] ?? 0) } }
        for number in 1...min(Self.sequenceLength, most) {
            let step = walk.next(run)
            sequence.steps.append((number, step))
            do {
                guard let result = try await run.make(step, number: number) else {
                    tally.missing += 1
                    continue
                }
                if result.isApplied {
                    tally.applied[step.name, default: 0] += 1
                } else {
                    tally.refused[step.name, default: 0] += 1
                }
            } catch let difference as Difference {
                tally.applied[step.name, default: 0] += 1
                return Failure(sequence: sequence, difference: difference)
            }
        }
        return nil
    }

    /// Makes the steps of a sequence; the first difference, if there is one.
    func replay(_ sequence: Sequence) async throws -> Difference? {
        var run = try await Run(redis: redis, lanes: sequence.lanes, providers: sequence.providers, texts: texts)
        do {
            for (number, step) in sequence.steps { _ = try await run.make(step, number: number) }
            return nil
        } catch let difference as Difference {
            return difference
        }
    }

    /// The shortest sequence that delta debugging finds, and its difference: parts are left out as long as one remains.
    func shrink(_ failure: Failure) async throws -> Failure {
        var best = failure
        var size = max(1, best.sequence.steps.count / 2)
        while true {
            let length = best.sequence.steps.count
            var start = 0
            while start < best.sequence.steps.count {
                var candidate = best.sequence
                candidate.steps.removeSubrange(start..<min(start + size, candidate.steps.count))
                if let difference = try await replay(candidate) {
                    best = Failure(sequence: candidate, difference: difference)
                } else {
                    start += size
                }
            }
            if size == 1, best.sequence.steps.count == length { break }
            size = max(1, size / 2)
        }
        return best
    }
}

extension Exploration.Sequence {
    /// As a test case has it.
    init(lanes: Int, _ providers: [String], _ steps: KeyValuePairs<Int, Step>) {
        self.init(lanes: lanes, providers: providers, steps: steps.map { (number: $0.key, step: $0.value) })
    }
}

extension Exploration.Failure: CustomStringConvertible {
    /// A test case, and what it fails with.
    var description: String {
        let steps = sequence.steps.map { "        \($0.number): \($0.step.code),\n" }.joined()
        return """
            @Test func difference() async throws {
                try await replay(lanes: \(sequence.lanes), \(sequence.providers), [
            \(steps)    ])
            }
            After step \(difference.step): \(difference.what)
            """
    }
}
