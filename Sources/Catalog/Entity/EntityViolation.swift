/// A rule of the envelope that an entity breaks.
struct EntityViolation: Error, CustomStringConvertible {
    let field: String
    let found: String?
    let rule: String

    init(_ field: String, found: String? = nil, rule: String) {
        self.field = field
        self.found = found
        self.rule = rule
    }

    /// A value that breaks its rule; its start is quoted.
    init(_ field: String, _ value: JSONElement, _ rule: String) {
        let found =
            switch value.kind {
            case .string: Excerpt.quoted(value.string ?? "")
            case .array: "an array"
            case .object: "an object"
            default: (try? value.value())?.description ?? "a number"
            }
        self.init(field, found: found, rule: rule)
    }

    /// A field that is missing.
    init(missing field: String, _ rule: String) {
        self.init(field, found: "missing", rule: rule)
    }

    var description: String {
        switch (field.isEmpty, found) {
        case (true, nil): rule
        case (true, let found?): "\(found): \(rule)"
        case (false, nil): "\(field): \(rule)"
        case (false, let found?): "\(field) is \(found): expected \(rule)"
        }
    }
}
