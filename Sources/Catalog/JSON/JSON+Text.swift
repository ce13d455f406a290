extension JSON: CustomStringConvertible {
    /// The canonical text as UTF-8: compact, keys in the order of their bytes, the shortest digits that read back the same.
    ///
    /// A double keeps its fraction or exponent (`1.0`), so that it reads back as a double. One that is not finite has no
    /// JSON and is written as `null`.
    public var bytes: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        write(to: &writer)
        return writer.bytes
    }

    /// The canonical text; see ``bytes``.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes the canonical text.
    package func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.append("null")
        case .bool(let value): writer.append(value)
        case .integer(let value): writer.append(value)
        case .number(let value): writer.append(value)
        case .string(let value): writer.append(string: value)
        case .array(let values):
            writer.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { writer.append(UInt8(ascii: ",")) }
                value.write(to: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        case .object(let members):
            writer.append(UInt8(ascii: "{"))
            // By bytes: Swift's own order of strings looks at their normal forms.
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { writer.append(UInt8(ascii: ",")) }
                writer.append(string: member.key)
                writer.append(UInt8(ascii: ":"))
                member.value.write(to: &writer)
            }
            writer.append(UInt8(ascii: "}"))
        }
    }
}
