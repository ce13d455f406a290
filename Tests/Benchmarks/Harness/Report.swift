/// What a benchmark prints: what it did, what it compares with, a table, and how the outcome stands to its goal.
struct Report {
    init(_ title: String, comparedWith: String? = nil, redis: PrivateRedis?) {
        print("\n\(title)")
        if let comparedWith { print("  compared with: \(comparedWith)") }
        print("  on: \(Machine())\(redis.map { ", Redis \($0.version)" } ?? "")")
    }

    func row(_ cells: String...) {
        row(cells)
    }

    func row(_ cells: [String]) {
        let padded = cells.enumerated().map { index, cell in
            let padding = String(repeating: " ", count: max(0, (index == 0 ? 28 : 16) - cell.count))
            return index == 0 ? cell + padding : padding + cell
        }
        print("  " + padded.joined(separator: " "))
    }

    func note(_ text: String) {
        print("  \(text)")
    }

    /// - Parameter reached: whether the goal is; a benchmark says it and ends well all the same.
    func outcome(_ figure: String, goal: String, reached: Bool) {
        print("  => \(figure), goal \(goal): \(reached ? "reached" : "NOT reached")")
    }
}
