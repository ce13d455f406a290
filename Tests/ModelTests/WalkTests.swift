import Foundation
import TestSupport
import Testing

/// Two walks side by side, each half of the steps.
///
/// `TIDEMARK_MODEL_STEPS` is how many, 100,000 unless it says otherwise; `TIDEMARK_MODEL_SEED` makes it a walk of before.
@Suite struct WalkTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let steps = environment["TIDEMARK_MODEL_STEPS"].flatMap { Int($0) } ?? 100_000
    private static let seed = environment["TIDEMARK_MODEL_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999_999_999)

    @Test("the scripts do what the model does, step for step", arguments: [0, 1])
    func walk(half: UInt64) async throws {
        try await withModelRedis { redis in
            var exploration = try await Exploration(redis: redis, texts: Texts())
            let failure = try await exploration.walk(seed: Self.seed + half, steps: Self.steps / 2)
            print(exploration.tally.report(seed: Self.seed + half))
            if let failure {
                let shrunk = try await exploration.shrink(failure)
                Issue.record("seed \(Self.seed): the scripts and the model differ\n\(shrunk)")
            }
        }
    }
}

extension Exploration.Tally {
    func report(seed: UInt64) -> String {
        let kinds = Set(applied.keys).union(refused.keys).sorted()
        let counts = kinds.map { "\($0) \(applied[$0] ?? 0)/\(refused[$0] ?? 0)" }.joined(separator: ", ")
        return """
            Model: seed \(seed), \(steps) steps in \(sequences) sequences, \(completed) cycles completed.
            Steps that changed something / that did not: \(counts).
            """
    }
}
