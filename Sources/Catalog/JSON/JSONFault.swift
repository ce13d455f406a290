/// Finds where a text that simdjson refused first departs from JSON, for the message. It runs on refused texts only.
struct JSONFault {
    private let text: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var index = 0
    private var depth = 0

    private init(_ text: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.text = text
        self.maximumDepth = maximumDepth
        index = text.startsWithMark ? 3 : 0
    }

    /// The first fault; nil when there is none that this knows of.
    static func first(in text: UnsafeBufferPointer<UInt8>, maximumDepth: Int) -> JSONError? {
        var fault = JSONFault(text, maximumDepth: maximumDepth)
        do throws(JSONError) {
            fault.skipSpace()
            if fault.index == text.count { return JSONError(.empty, "no JSON value: the text is empty") }
            try fault.value()
            fault.skipSpace()
            if fault.index < text.count { try fault.fail(.syntax, "more text after the JSON value") }
            return nil
        } catch {
            return error
        }
    }

    private var byte: UInt8? { index < text.count ? text[index] : nil }

    private func fail(_ code: JSONError.Code, _ message: String, at offset: Int? = nil) throws(JSONError) {
        throw JSONError(code, message, offset: offset ?? index)
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ expected: Unicode.Scalar) -> Bool {
        skipSpace()
        guard byte == UInt8(ascii: expected) else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(JSONError) {
        skipSpace()
        switch byte {
        case UInt8(ascii: "{"): try object()
        case UInt8(ascii: "["): try array()
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case let byte? where byte == UInt8(ascii: "-") || 0x30...0x39 ~= byte: try number()
        case nil: try fail(.syntax, "the JSON ends where a value is expected")
        default: try fail(.syntax, "a JSON value is expected")
        }
    }

    private mutating func object() throws(JSONError) {
        let start = index
        index += 1
        if take("}") { return }
        try enter(at: start)
        repeat {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else { return try fail(.syntax, "a key in quotes is expected") }
            try string()
            if !take(":") { try fail(.syntax, "':' is expected after a key") }
            try value()
        } while take(",")
        if !take("}") { try fail(.syntax, "',' or '}' is expected in an object") }
        depth -= 1
    }

    private mutating func array() throws(JSONError) {
        let start = index
        index += 1
        if take("]") { return }
        try enter(at: start)
        repeat { try value() } while take(",")
        if !take("]") { try fail(.syntax, "',' or ']' is expected in an array") }
        depth -= 1
    }

    /// One level down. Empty arrays and objects are none, for simdjson as well.
    private mutating func enter(at start: Int) throws(JSONError) {
        depth += 1
        if depth > maximumDepth { try fail(.depth, "the JSON is nested deeper than \(maximumDepth) levels", at: start) }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let rest = UnsafeBufferPointer(rebasing: text[index...].prefix(word.utf8CodeUnitCount))
        if !rest.equals(word) { try fail(.syntax, "a JSON value is expected") }
        index += word.utf8CodeUnitCount
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte, 0x30...0x39 ~= byte { index += 1 }
        if index == start { try fail(.number, "a digit is expected in a number") }
    }

    private mutating func number() throws(JSONError) {
        let start = index
        if byte == UInt8(ascii: "-") { index += 1 }
        let first = index
        try digits()
        if text[first] == UInt8(ascii: "0"), index > first + 1 {
            try fail(.number, "a number starts with 0", at: start)
        }
        var isInteger = true
        if byte == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try digits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let literal = String(decoding: UnsafeBufferPointer(rebasing: text[start..<index]), as: UTF8.self)
        if isInteger ? (Int64(literal) == nil && UInt64(literal) == nil) : Double(literal)?.isFinite != true {
            try fail(.number, "a number is beyond 64 bits or the range of a double: send it as a string", at: start)
        }
    }

    private mutating func string() throws(JSONError) {
        let start = index
        index += 1
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case ..<0x20: try fail(.string, "a raw control character in a string")
            case ..<0x80: index += 1
            default: try multibyte()
            }
        }
        try fail(.string, "a string has no end", at: start)
    }

    private mutating func multibyte() throws(JSONError) {
        var rest = text[index...].prefix(4).makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        guard case .valid(let scalar) = parser.parseScalar(from: &rest) else {
            return try fail(.encoding, "a byte that is not UTF-8")
        }
        index += scalar.count
    }

    private mutating func escape() throws(JSONError) {
        let start = index
        index += 1
        switch byte {
        case let byte? where "\"\\/bfnrt".utf8.contains(byte): index += 1
        case UInt8(ascii: "u"):
            let unit = try codeUnit()
            guard 0xD800...0xDFFF ~= unit else { return }
            guard unit < 0xDC00, text[index...].starts(with: "\\u".utf8) else {
                return try fail(.string, "half of a surrogate pair in a string", at: start)
            }
            index += 1
            guard 0xDC00...0xDFFF ~= (try codeUnit()) else {
                return try fail(.string, "half of a surrogate pair in a string", at: start)
            }
        default: try fail(.string, "an unknown escape in a string", at: start)
        }
    }

    /// The four digits after `\u`, from the `u` on.
    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        index += 1
        let digits = String(decoding: UnsafeBufferPointer(rebasing: text[index...].prefix(4)), as: UTF8.self)
        guard digits.utf8.count == 4, digits.utf8.first != UInt8(ascii: "+"), let unit = UInt32(digits, radix: 16)
        else {
            try fail(.string, "four hexadecimal digits are expected after \\u")
            return 0
        }
        index += 4
        return unit
    }
}
