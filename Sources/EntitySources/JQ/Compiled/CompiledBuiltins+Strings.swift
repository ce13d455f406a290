extension CompiledBuiltins {
    static func startsWith(_ input: CompiledValue, _ prefix: CompiledValue) throws(CompiledStop) -> CompiledValue {
        guard let result = input.withUTF8(and: prefix, { $0.starts(with: $1) }) else { throw .raised }
        return .bool(result)
    }

    static func endsWith(_ input: CompiledValue, _ suffix: CompiledValue) throws(CompiledStop) -> CompiledValue {
        guard let result = input.withUTF8(and: suffix, { $0.suffix($1.count).elementsEqual($1) }) else { throw .raised }
        return .bool(result)
    }

    /// What has no such prefix, or is no string, stays as it is.
    static func trimStart(_ input: CompiledValue, _ prefix: CompiledValue) -> CompiledValue {
        let trimmed = input.withUTF8(and: prefix) { $0.starts(with: $1) ? Array($0.dropFirst($1.count)) : nil }
        return (trimmed ?? nil).map { .string($0) } ?? input
    }

    static func trimEnd(_ input: CompiledValue, _ suffix: CompiledValue) -> CompiledValue {
        let trimmed = input.withUTF8(and: suffix) { text, suffix in
            text.suffix(suffix.count).elementsEqual(suffix) ? Array(text.dropLast(suffix.count)) : nil
        }
        return (trimmed ?? nil).map { .string($0) } ?? input
    }

    static func split(_ input: CompiledValue, _ separator: CompiledValue) throws(CompiledStop) -> CompiledValue {
        guard let parts = input.withUTF8(and: separator, { parts(of: $0, between: $1) }) else { throw .raised }
        return .array(parts.map { .string($0) })
    }

    /// Nothing for an empty text; every code point for an empty separator.
    private static func parts(
        of text: UnsafeBufferPointer<UInt8>,
        between separator: UnsafeBufferPointer<UInt8>
    ) -> [[UInt8]] {
        guard !text.isEmpty else { return [] }
        guard !separator.isEmpty else {
            return String(decoding: text, as: UTF8.self).unicodeScalars.map { Array(String($0).utf8) }
        }
        var parts: [[UInt8]] = []
        var start = 0
        var index = 0
        while index + separator.count <= text.count {
            if text[index] == separator[0], text[index..<index + separator.count].elementsEqual(separator) {
                parts.append(Array(text[start..<index]))
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(Array(text[start...]))
        return parts
    }

    static func join(_ input: CompiledValue, _ separator: CompiledValue) throws(CompiledStop) -> CompiledValue {
        guard separator.kind == .string else { throw .unsupported }
        guard let values = input.elements ?? input.members?.entries.map(\.value) else { throw .raised }
        var text: [UInt8] = []
        for (index, value) in values.enumerated() {
            if index > 0 { try CompiledText.append(separator, to: &text) }
            switch value.kind {
            case .null: break
            case .array, .object: throw .raised
            default: try CompiledText.append(value, to: &text)
            }
        }
        return .string(text)
    }

    static func has(_ input: CompiledValue, _ key: CompiledValue) throws(CompiledStop) -> CompiledValue {
        switch (input.kind, key) {
        case (.object, .text), (.object, .string):
            let members = input.members
            return .bool(key.withUTF8 { members?[$0] != nil } ?? false)
        case (.null, .text), (.null, .string), (.null, .number): return .bool(false)
        case (.array, .number(let number)):
            guard let index = Int32(exactly: number) else { throw .unsupported }
            return .bool(index >= 0 && Int(index) < input.count ?? 0)
        default: throw .raised
        }
    }
}
