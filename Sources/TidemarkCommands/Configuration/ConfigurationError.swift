/// Everything that is wrong with a configuration file, in the order of its lines.
struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// The file as the user named it.
    let file: String
    let problems: [ConfigurationProblem]

    init(file: String, problems: [ConfigurationProblem]) {
        self.file = file
        self.problems = problems.sorted { $0.place < $1.place }
    }

    var description: String {
        problems.map { $0.text(file: file) }.joined(separator: "\n")
    }
}
