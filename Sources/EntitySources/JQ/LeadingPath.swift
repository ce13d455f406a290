/// The path with which an expression begins: where the array is that it takes its records from, before any `select`.
///
/// `.data.items[] | select(.public)` begins with `.data.items`. It is known for expressions that go on from a plain path with
/// `[]`, `|`, or not at all: only then does an empty result of the expression say nothing about the array.
struct LeadingPath: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    let steps: [Step]

    /// Nil for an expression that begins with anything else.
    init?(_ expression: String) {
        var scanner = Scanner(text: expression[...])
        guard let steps = scanner.steps() else { return nil }
        self.steps = steps
    }

    private struct Scanner {
        var text: Substring

        mutating func steps() -> [Step]? {
            var steps: [Step] = []
            skipSpace()
            guard text.first == "." else { return nil }
            var isFirst = true
            while true {
                if isAtEnd(afterFirst: !isFirst) { return steps }
                if text.first == "." {
                    text.removeFirst()
                    if isFirst, isAtEnd(afterFirst: true) { return steps }
                    if text.first != "[" {
                        guard let key = identifier() ?? string() else { return nil }
                        steps.append(.key(key))
                        isFirst = false
                        skipQuestionMarkAndSpace()
                        continue
                    }
                }
                isFirst = false
                guard text.first == "[", let step = bracketed() else { return nil }
                steps.append(step)
                skipQuestionMarkAndSpace()
            }
        }

        private mutating func isAtEnd(afterFirst: Bool) -> Bool {
            guard afterFirst else { return false }
            skipSpace()
            guard let next = text.first else { return true }
            if next == "|" { return !text.hasPrefix("|=") }
            guard next == "[" else { return false }
            return text.dropFirst().drop { $0.isWhitespace }.first == "]"
        }

        private mutating func bracketed() -> Step? {
            text.removeFirst()
            skipSpace()
            let step: Step
            if let key = string() {
                step = .key(key)
            } else {
                let digits = text.prefix { $0.isASCII && $0.isNumber }
                guard let index = Int(digits) else { return nil }
                text = text[digits.endIndex...]
                step = .index(index)
            }
            skipSpace()
            guard text.first == "]" else { return nil }
            text.removeFirst()
            return step
        }

        private mutating func identifier() -> String? {
            let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
            guard let first = name.first, !first.isNumber else { return nil }
            text = text[name.endIndex...]
            return String(name)
        }

        /// A string without escapes: others are left to jq.
        private mutating func string() -> String? {
            guard text.first == "\"", let end = text.dropFirst().firstIndex(of: "\"") else { return nil }
            let content = text[text.index(after: text.startIndex)..<end]
            guard !content.contains("\\") else { return nil }
            text = text[text.index(after: end)...]
            return String(content)
        }

        private mutating func skipSpace() {
            text = text.drop { $0.isWhitespace }
        }

        private mutating func skipQuestionMarkAndSpace() {
            text = text.drop { $0.isWhitespace || $0 == "?" }
        }
    }
}
