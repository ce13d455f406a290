/// Builds and checks search filters (RFC 4515).
enum DirectoryFilter {
    /// A filter in parentheses; nil for what is none.
    static func normalized(_ text: String) -> String? {
        var text = text.trimmingBlanks
        if !text.hasPrefix("(") { text = "(\(text))" }
        var parser = FilterParser(text)
        return parser.isFilter() ? text : nil
    }

    static func all(_ filters: String...) -> String { "(&\(filters.joined()))" }

    static func equal(_ attribute: String, _ value: [UInt8]) -> String { "(\(attribute)=\(escape(value)))" }

    /// The value of an assertion, with what must be escaped.
    static func escape(_ value: [UInt8]) -> String {
        var text: [UInt8] = []
        for byte in value {
            if byte < 0x20 || byte > 0x7E || "()*\\".utf8.contains(byte) {
                text.append(0x5C)
                text += [byte].hexadecimal.utf8
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Whether parentheses and operators are where they must be; values are the server's to judge.
private struct FilterParser {
    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func isFilter() -> Bool { filter(depth: 0) && place == bytes.count }

    private mutating func filter(depth: Int) -> Bool {
        guard depth < 50, take("(") else { return false }
        if take("&") || take("|") {
            guard filter(depth: depth + 1) else { return false }
            while bytes[safe: place] == UInt8(ascii: "(") {
                guard filter(depth: depth + 1) else { return false }
            }
            return take(")")
        }
        if take("!") { return filter(depth: depth + 1) && take(")") }
        return item() && take(")")
    }

    private mutating func item() -> Bool {
        let start = place
        var hasSign = false
        while let byte = bytes[safe: place], byte != UInt8(ascii: "("), byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "="), place > start { hasSign = true }
            place += 1
        }
        return hasSign
    }

    private mutating func take(_ character: Character) -> Bool {
        guard bytes[safe: place] == character.asciiValue else { return false }
        place += 1
        return true
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
