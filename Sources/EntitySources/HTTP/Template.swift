/// A string of the configuration with jq expressions in it: `\(…)`, as in a jq string.
struct Template: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case text(String)
        case expression(JQExpression)
    }

    /// Where it stands in the configuration.
    let field: String
    let parts: [Part]

    /// - Parameter variables: those that its expressions may use.
    init(_ text: String, field: String, variables: [String] = []) throws(SourceConfigurationError) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "\\(") {
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            rest = rest[start.upperBound...]
            guard let end = Template.endOfExpression(rest) else {
                throw SourceConfigurationError(field: field, message: "a \\( without its closing parenthesis")
            }
            parts.append(.expression(JQExpression(String(rest[..<end]), field: field, variables: variables)))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.field = field
        self.parts = parts
    }

    var expressions: [JQExpression] {
        parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
    }

    /// The one expression of a template that is nothing else: its value is a JSON value, not text.
    var wholeExpression: JQExpression? {
        parts.count == 1 ? expressions.first : nil
    }

    /// The text before the first expression.
    var prefix: String {
        if case .text(let text)? = parts.first { text } else { "" }
    }

    /// Where the parenthesis is that closes the expression, with its strings and comments skipped.
    private static func endOfExpression(_ text: Substring) -> Substring.Index? {
        var depths = [0]
        var isInString = false
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case "\\" where isInString:
                index = text.index(after: index)
                guard index < text.endIndex else { return nil }
                if text[index] == "(" {
                    depths.append(0)
                    isInString = false
                }
            case "\"": isInString.toggle()
            case "#" where !isInString:
                index = text[index...].firstIndex(of: "\n") ?? text.index(before: text.endIndex)
            case "(" where !isInString: depths[depths.count - 1] += 1
            case ")" where !isInString:
                if depths[depths.count - 1] > 0 {
                    depths[depths.count - 1] -= 1
                } else if depths.count > 1 {
                    depths.removeLast()
                    isInString = true
                } else {
                    return index
                }
            default: break
            }
            index = text.index(after: index)
        }
        return nil
    }
}
