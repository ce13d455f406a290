/// What a query asks for: its variables, and the fields that it selects. Its types are the server's to check.
struct GraphQLDocument: Hashable, Sendable {
    struct Variable: Hashable, Sendable {
        let name: String
        /// Whether it must be given: its type ends in `!`, and it has no default.
        let isRequired: Bool
    }

    indirect enum Selection: Hashable, Sendable {
        /// A field under its alias, if it has one, and what is selected of it.
        case field(name: String, [Selection])
        /// An inline fragment.
        case fragment([Selection])
        /// A fragment by name.
        case spread(String)
    }

    /// What the operation declares.
    let variables: [Variable]
    /// The names of the variables that arguments use.
    let usedVariables: Set<String>
    private let selections: [Selection]
    private let fragments: [String: [Selection]]

    init(
        variables: [Variable],
        usedVariables: Set<String>,
        selections: [Selection],
        fragments: [String: [Selection]]
    ) {
        self.variables = variables
        self.usedVariables = usedVariables
        self.selections = selections
        self.fragments = fragments
    }

    /// Whether the answer has a value at a path of fields, one inside the other.
    func selects(_ path: [String]) -> Bool {
        missingField(of: path) == nil
    }

    /// The index of the first field of a path that is not selected where it should be.
    func missingField(of path: [String]) -> Int? {
        var level = [selections]
        for (index, name) in path.enumerated() {
            level = level.flatMap { fields(named: name, in: $0, seen: []) }
            if level.isEmpty { return index }
        }
        return nil
    }

    /// What is selected of each field of a name, fragments included.
    private func fields(named name: String, in selections: [Selection], seen: Set<String>) -> [[Selection]] {
        selections.flatMap { selection -> [[Selection]] in
            switch selection {
            case .field(name, let below): return [below]
            case .field: return []
            case .fragment(let below): return fields(named: name, in: below, seen: seen)
            case .spread(let fragment):
                // A fragment that spreads itself is the server's to refuse.
                guard !seen.contains(fragment), let below = fragments[fragment] else { return [] }
                return fields(named: name, in: below, seen: seen.union([fragment]))
            }
        }
    }
}
