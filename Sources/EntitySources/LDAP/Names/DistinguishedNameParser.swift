/// Reads the text of a distinguished name, as RFC 4514 (section 3) has it; blanks around `=`, `,` and `+` as older servers
/// write them are passed over.
struct DistinguishedNameParser {
    /// One attribute of a relative name, its value decoded.
    typealias Part = (type: String, value: [UInt8])

    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// All relative names; nil for what is none.
    mutating func names() -> [[Part]]? {
        skipBlanks()
        var names: [[Part]] = []
        guard place < bytes.count else { return names }
        while true {
            guard let name = name() else { return nil }
            names.append(name)
            guard place < bytes.count else { return names }
            // A semicolon is what RFC 1779 had.
            guard take(",") || take(";") else { return nil }
        }
    }

    /// The text of the first relative name, and the value of its first attribute.
    mutating func firstName() -> (text: String, value: [UInt8])? {
        skipBlanks()
        let start = place
        guard let first = name()?.first else { return nil }
        var end = place
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        return (String(decoding: bytes[start..<end], as: UTF8.self), first.value)
    }

    private mutating func name() -> [Part]? {
        var parts: [Part] = []
        repeat {
            guard let type = type(), let value = value() else { return nil }
            parts.append((type, value))
        } while take("+")
        return parts
    }

    private mutating func type() -> String? {
        skipBlanks()
        let start = place
        while place < bytes.count, Self.isTypeByte(bytes[place]) { place += 1 }
        var type = String(decoding: bytes[start..<place], as: UTF8.self)
        if type.asciiLowercased.hasPrefix("oid.") { type.removeFirst(4) }
        skipBlanks()
        return !type.isEmpty && take("=") ? type : nil
    }

    private mutating func value() -> [UInt8]? {
        skipBlanks()
        if place < bytes.count, bytes[place] == UInt8(ascii: "#") {
            place += 1
            return hexValue()
        }
        if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
            place += 1
            return quotedValue()
        }
        var value: [UInt8] = []
        // Blanks at the end count only where they are escaped.
        var end = 0
        while place < bytes.count, !",+;".utf8.contains(bytes[place]) {
            if bytes[place] == UInt8(ascii: "\\") {
                guard let byte = escaped() else { return nil }
                value.append(byte)
                end = value.count
            } else {
                value.append(bytes[place])
                if bytes[place] != 0x20 { end = value.count }
                place += 1
            }
        }
        return Array(value[..<end])
    }

    private mutating func quotedValue() -> [UInt8]? {
        var value: [UInt8] = []
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            if bytes[place] == UInt8(ascii: "\\") {
                guard let byte = escaped() else { return nil }
                value.append(byte)
            } else {
                value.append(bytes[place])
                place += 1
            }
        }
        guard take("\"") else { return nil }
        skipBlanks()
        return value
    }

    /// What follows a backslash: two hexadecimal digits, or a character that stands for itself.
    private mutating func escaped() -> UInt8? {
        place += 1
        guard place < bytes.count else { return nil }
        if place + 1 < bytes.count, let high = bytes[place].hexDigit, let low = bytes[place + 1].hexDigit {
            place += 2
            return high << 4 | low
        }
        defer { place += 1 }
        return bytes[place]
    }

    /// `#` and the BER of a value: the content of a string is taken, whatever its kind.
    private mutating func hexValue() -> [UInt8]? {
        var encoded: [UInt8] = []
        while place + 1 < bytes.count, let high = bytes[place].hexDigit, let low = bytes[place + 1].hexDigit {
            encoded.append(high << 4 | low)
            place += 2
        }
        skipBlanks()
        guard let tag = encoded.first else { return nil }
        var reader = BERReader(encoded)
        return reader.content(tag).map { Array($0) }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func skipBlanks() {
        while place < bytes.count, bytes[place] == 0x20 { place += 1 }
    }

    private static func isTypeByte(_ byte: UInt8) -> Bool {
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || byte == 0x2D || byte == 0x2E
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    var hexDigit: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}

extension Sequence<UInt8> {
    /// Two hexadecimal digits for each byte.
    var hexadecimal: String {
        var digits: [UInt8] = []
        for byte in self {
            for digit in [byte >> 4, byte & 15] { digits.append(digit < 10 ? 48 + digit : 87 + digit) }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
