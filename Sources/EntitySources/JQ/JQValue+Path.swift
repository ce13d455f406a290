extension JQValue {
    /// How many elements the array at a path has; nil where there is no array.
    func count(at path: LeadingPath) -> Int? {
        var count: Int?
        withValue(at: path.steps[...]) { if $0.kind == .array { count = $0.count } }
        return count
    }

    /// Whether there is an array or an object at a path.
    func hasContainer(at path: LeadingPath) -> Bool {
        var found = false
        withValue(at: path.steps[...]) { found = $0.count != nil }
        return found
    }

    private func withValue(at steps: ArraySlice<LeadingPath.Step>, _ body: (borrowing JQValue) -> Void) {
        switch steps.first {
        case nil: body(self)
        case .key(let key): self[key]?.withValue(at: steps.dropFirst(), body)
        case .index(let index):
            guard kind == .array, let count, index < count else { return }
            self[index].withValue(at: steps.dropFirst(), body)
        }
    }
}

extension JQValue.Kind {
    /// As a message has it.
    var phrase: String {
        switch self {
        case .null: "null"
        case .array, .object: "an \(rawValue)"
        default: "a \(rawValue)"
        }
    }
}
