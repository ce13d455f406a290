@testable import Ingestion

/// A mutation that a walk meets too rarely, with a sequence of steps that finds it. `MutationTests` print such a sequence, as short as
/// it can be, for what they find late.
struct Rare: Sendable {
    /// Its description.
    let mutation: String
    let sequence: Exploration.Sequence

    init(_ mutation: String, lanes: Int = 1, _ providers: [String], _ steps: KeyValuePairs<Int, Step>) {
        self.mutation = mutation
        sequence = Exploration.Sequence(lanes: lanes, providers, steps)
    }

    static let all = feeds + jobs + commits + cycles + operations

    /// As it stands here.
    static func code(of mutation: Mutation, _ sequence: Exploration.Sequence) -> String {
        let steps = sequence.steps.map { "            \($0.number): \($0.step.code),\n" }.joined()
        let name = "\(mutation)".debugDescription
        return
            "    static let rare = Rare(\n        \(name),\n        lanes: \(sequence.lanes),\n        \(sequence.providers),\n        [\n\(steps)        ]\n    )"
    }
}
