@testable internal import TidemarkCommands

extension FuzzTarget {
    /// Every problem has a line of the text, and words.
    func readConfiguration(_ text: String) {
        do {
            _ = try Configuration.parse(text, file: "fuzz.yaml", environment: ["TOKEN": "a-token"]) { _ in "a-secret" }
        } catch {
            precondition(!error.problems.isEmpty)
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
            for problem in error.problems {
                precondition(!problem.message.isEmpty)
                precondition(problem.place.line >= 1 && problem.place.line <= lines + 1, "\(problem)")
            }
            precondition(!error.description.contains("a-secret"))
        }
    }
}
