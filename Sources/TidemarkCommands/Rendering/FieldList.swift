/// Names and values below each other, long values wrapped.
struct FieldList: Sendable {
    private(set) var fields: [(name: String, value: String, role: Style.Role?)] = []

    mutating func add(_ name: String, _ value: String?, _ role: Style.Role? = nil) {
        if let value, !value.isEmpty { fields.append((name, TextWidth.sanitized(value), role)) }
    }

    func lines(width: Int?, style: Style) -> [String] {
        let indent = (fields.map { TextWidth.of($0.name) }.max() ?? 0) + 2
        return fields.flatMap { field in
            let wrapped = TextWidth.wrap(field.value, to: width.map { max(20, $0 - indent) } ?? .max)
            return wrapped.enumerated().map { index, line in
                let name = index == 0 ? field.name : ""
                let blanks = String(repeating: " ", count: indent - TextWidth.of(name))
                return style(name, .faint) + blanks + style(line, field.role)
            }
        }
    }
}
