extension JSONElement {
    /// Writes the value compactly, with keys in the order of its text: faster than the canonical form.
    package func write(to writer: inout JSONWriter) {
        switch tag {
        case UInt8(ascii: "{"):
            writer.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, value) in members {
                if !isFirst { writer.append(UInt8(ascii: ",")) }
                isFirst = false
                writer.append(string: key)
                writer.append(UInt8(ascii: ":"))
                value.write(to: &writer)
            }
            writer.append(UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            writer.append(UInt8(ascii: "["))
            var isFirst = true
            for value in elements {
                if !isFirst { writer.append(UInt8(ascii: ",")) }
                isFirst = false
                value.write(to: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        default: writer.append(scalar: self)
        }
    }

    /// The value as text of its own. `writer` is scratch space: what it held is lost.
    package func text(using writer: inout JSONWriter) -> JSONText {
        writer.clear()
        write(to: &writer)
        return JSONText(bytes: writer.bytes)
    }
}

extension JSONWriter {
    /// Writes what is neither an array nor an object.
    @inline(__always)
    mutating func append(scalar element: JSONElement) {
        switch element.tag {
        case UInt8(ascii: "\""): append(string: element.text)
        case UInt8(ascii: "l"): append(Int64(bitPattern: element.tape[element.index + 1]))
        case UInt8(ascii: "u"): append(element.tape[element.index + 1])
        case UInt8(ascii: "d"): append(Double(bitPattern: element.tape[element.index + 1]))
        case UInt8(ascii: "t"): append("true")
        case UInt8(ascii: "f"): append("false")
        default: append("null")
        }
    }
}
