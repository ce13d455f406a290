internal import Catalog

/// JSON as YAML, for people: keys in their canonical order, no anchors, nothing that needs a parser to be read.
enum YAMLText {
    static func lines(_ value: JSON) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty:
            return members.sorted { $0.key < $1.key }.flatMap { entry($0.value, after: scalar($0.key) + ":") }
        case .array(let items) where !items.isEmpty:
            return items.flatMap(item)
        default: return [inline(value)]
        }
    }

    private static func entry(_ value: JSON, after key: String) -> [String] {
        if let block = block(value) { return ["\(key) \(block.mark)"] + block.lines.map { "  " + $0 } }
        if isInline(value) { return ["\(key) \(inline(value))"] }
        return [key] + lines(value).map { "  " + $0 }
    }

    private static func item(_ value: JSON) -> [String] {
        if let block = block(value) { return ["- \(block.mark)"] + block.lines.map { "  " + $0 } }
        if isInline(value) { return ["- \(inline(value))"] }
        return lines(value).enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
    }

    /// A text of several lines as a block, where that reads back as it is.
    private static func block(_ value: JSON) -> (mark: String, lines: [String])? {
        guard case .string(let text) = value, text.contains("\n"), !text.hasSuffix("\n\n") else { return nil }
        let isPrintable = text.unicodeScalars.allSatisfy {
            $0 == "\n"
                || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
                    && ![0x2028, 0x2029, 0xFEFF].contains($0.value)
        }
        let isClosed = text.hasSuffix("\n")
        let lines = (isClosed ? text.dropLast() : text[...]).split(separator: "\n", omittingEmptySubsequences: false)
        let isPlain = lines.allSatisfy { $0.isEmpty || $0.contains { $0 != " " } }
        guard isPrintable, isPlain, let first = lines.first, !first.isEmpty, !first.hasPrefix(" ") else { return nil }
        return (isClosed ? "|" : "|-", lines.map(String.init))
    }

    private static func isInline(_ value: JSON) -> Bool {
        switch value {
        case .object(let members): members.isEmpty
        case .array(let items): items.isEmpty
        default: true
        }
    }

    private static func inline(_ value: JSON) -> String {
        switch value {
        case .object: return "{}"
        case .array: return "[]"
        case .string(let text): return scalar(text)
        default: return value.description
        }
    }

    /// Quoted where a plain text would be read as something else.
    private static func scalar(_ text: String) -> String {
        let special = Set("\"'#&*!|>%@`{}[],")
        let isPlain =
            YAMLScalar(text: text, isPlain: true).value == .string(text)
            && text.first.map { !special.contains($0) && !"-?: ".contains($0) } == true
            && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":") && !text.hasSuffix(" ")
            && !["yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard !isPlain else { return text }
        var quoted = ""
        PrettyJSON.write(text, into: &quoted)
        return quoted
    }
}
