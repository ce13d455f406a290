internal import Catalog

/// A scalar after `${NAME}` was put in: its text, and the value that this text has in YAML 1.2.
///
/// YAML 1.1, which the parser below follows, would read `no` and `off` as false and `1_000` as a number; here only
/// `true`, `false`, `null`, `~` and decimal numbers are anything but text.
struct YAMLScalar: Sendable {
    /// The text, without quotes, variables put in.
    let text: String
    /// Whether it stands without quotes; only then can it be anything but text.
    let isPlain: Bool
    /// Whether it is a block, `|` or `>`, whose text begins on the next line.
    let isBlock: Bool
    /// Whether a part of it came from the environment: it may be secret, and is never shown.
    let isInterpolated: Bool
    /// What came from the environment and may be secret wherever it stands (``Interpolation``).
    let secrets: [String]
    /// Whether a variable of it is not set; that is a problem already.
    let lacksVariable: Bool
    /// What the text says.
    let value: JSON

    init(
        text: String,
        isPlain: Bool,
        isBlock: Bool = false,
        isInterpolated: Bool = false,
        secrets: [String] = [],
        lacksVariable: Bool = false
    ) {
        self.text = text
        self.isPlain = isPlain
        self.isBlock = isBlock
        self.isInterpolated = isInterpolated
        self.secrets = secrets
        self.lacksVariable = lacksVariable
        self.value = isPlain ? Self.resolve(text, allowsNull: !isInterpolated) : .string(text)
    }

    func found(hidingText: Bool) -> String {
        if hidingText || isInterpolated { return "another value" }
        switch value {
        case .null: return "nothing"
        case .bool, .integer, .number: return "`\(text)`"
        default: return text.isEmpty ? "an empty text" : "the text `\(Self.shortened(text))`"
        }
    }

    /// An empty variable is an empty text, never "nothing".
    private static func resolve(_ text: String, allowsNull: Bool) -> JSON {
        switch text {
        case "", "~", "null": return allowsNull ? .null : .string(text)
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .string(text) }
        if let integer = Int64(text) { return .integer(integer) }
        let isDecimal = text.utf8.allSatisfy("+-.0123456789eE".utf8.contains)
        if isDecimal, let number = Double(text), number.isFinite { return .number(number) }
        return .string(text)
    }

    private static func shortened(_ text: String) -> String {
        let line = text.prefix { $0 != "\n" }
        return line.count < text.count || line.count > 60 ? line.prefix(60) + "…" : text
    }
}
