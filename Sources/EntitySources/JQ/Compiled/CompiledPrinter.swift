internal import CJQ
internal import Catalog

/// Writes values as libjq 1.6 does.
enum CompiledPrinter {
    static func write(_ value: CompiledValue, to writer: inout JSONWriter) throws(CompiledStop) {
        switch value {
        case .null: writer.append("null")
        case .bool(let value): writer.append(value)
        case .number(let number): write(number, to: &writer)
        case .text(let text): try write(text, to: &writer)
        case .string(let text):
            guard !text.contains(0x7F) else { throw .unsupported }
            text.withUnsafeBufferPointer { writer.append(string: $0) }
        case .element(let element): try write(element, to: &writer)
        case .array(let values):
            writer.append(UInt8(ascii: "["))
            var isFirst = true
            for value in values {
                if !isFirst { writer.append(UInt8(ascii: ",")) }
                isFirst = false
                try write(value, to: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        case .object(let object): try write(object, to: &writer)
        }
    }

    private static func write(_ object: CompiledObject, to writer: inout JSONWriter) throws(CompiledStop) {
        writer.append(UInt8(ascii: "{"))
        var isFirst = true
        for entry in object.entries {
            if !isFirst { writer.append(UInt8(ascii: ",")) }
            isFirst = false
            try write(entry.key, to: &writer)
            writer.append(UInt8(ascii: ":"))
            try write(entry.value, to: &writer)
        }
        writer.append(UInt8(ascii: "}"))
    }

    private static func write(_ element: JSONElement, to writer: inout JSONWriter) throws(CompiledStop) {
        switch element.kind {
        case .array:
            writer.append(UInt8(ascii: "["))
            var isFirst = true
            for value in element.elements {
                if !isFirst { writer.append(UInt8(ascii: ",")) }
                isFirst = false
                try write(value, to: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        case .object: try write(CompiledObject(element), to: &writer)
        default: try write(CompiledValue(element), to: &writer)
        }
    }

    @inline(__always)
    private static func write(_ text: UnsafeBufferPointer<UInt8>, to writer: inout JSONWriter) throws(CompiledStop) {
        // libjq escapes it, the writer does not.
        guard !text.contains(0x7F) else { throw .unsupported }
        writer.append(string: text)
    }

    /// Integers that a double has exactly are written as such; every other number is left to libjq.
    @inline(__always)
    private static func write(_ number: Double, to writer: inout JSONWriter) {
        if number.magnitude <= 9_007_199_254_740_992, let integer = Int64(exactly: number),
            integer != 0 || number.sign == .plus
        {
            writer.append(integer)
        } else {
            writer.append(JQValue(number).text)
        }
    }
}
