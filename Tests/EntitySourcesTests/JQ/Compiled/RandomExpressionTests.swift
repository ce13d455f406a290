import Foundation
import Testing

@testable import EntitySources

@Suite struct RandomExpressionTests {
    /// `TIDEMARK_FUZZ` is how many expressions to try; their seeds count up from 1.
    @Test func theSameAsLibjq() async throws {
        let count = ProcessInfo.processInfo.environment["TIDEMARK_FUZZ"].flatMap { UInt64($0) } ?? 40
        var evaluated = 0
        for seed in 1...count {
            var random = RandomExpression(seed: seed)
            let expression = random.next()
            let pairs: [Differential.Pair]
            do {
                pairs = try await Differential.run(expression, CompiledProgramTests.inputs)
            } catch {
                #expect(CompiledProgram(JQExpression(expression, field: "test")) == nil, "seed \(seed): \(error)")
                continue
            }
            for (input, pair) in zip(CompiledProgramTests.inputs, pairs) {
                #expect(pair.isRight, "seed \(seed): \(expression) on \(input): \(pair.compiled), libjq \(pair.libjq)")
                evaluated += pair.isEvaluated ? 1 : 0
            }
        }
        // Most have to be evaluated without libjq, or this shows nothing.
        #expect(evaluated > Int(count) * CompiledProgramTests.inputs.count / 2)
    }
}
