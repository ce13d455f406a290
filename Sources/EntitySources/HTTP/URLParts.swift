/// The components of a URI reference (RFC 3986, appendix B), percent-encoded, the fragment dropped.
struct URLParts {
    var scheme: String?
    var authority: String?
    var path: String
    var query: String?

    init(_ text: String) {
        let trimmed = text.utf8.drop { $0 <= 0x20 }
        var rest = Substring(trimmed)
        while let last = rest.utf8.last, last <= 0x20 { rest.unicodeScalars.removeLast() }
        rest = rest.prefix { $0 != "#" }
        let beforeColon = rest.prefix { $0 != ":" && $0 != "/" && $0 != "?" }
        if beforeColon.endIndex < rest.endIndex, rest[beforeColon.endIndex] == ":", URLParts.isScheme(beforeColon) {
            scheme = String(beforeColon)
            rest = rest[beforeColon.endIndex...].dropFirst()
        }
        if rest.hasPrefix("//") {
            let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            self.authority = String(authority)
            rest = rest[authority.endIndex...]
        }
        let path = rest.prefix { $0 != "?" }
        self.path = path.percentEncodingWhatIsIllegal
        if path.endIndex < rest.endIndex {
            query = rest[path.endIndex...].dropFirst().percentEncodingWhatIsIllegal
        }
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isLetter else { return false }
        return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || [UInt8]("+-.".utf8).contains($0) }
    }
}

extension StringProtocol {
    /// The text with everything encoded that may not stand in a path or query; escapes are kept.
    fileprivate var percentEncodingWhatIsIllegal: String {
        let bytes = Array(utf8)
        let allowed = Set("!$&'()*+,;=:@/?".utf8)
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isEscape =
                byte == UInt8(ascii: "%") && index + 2 < bytes.count && bytes[index + 1].isHexDigit
                && bytes[index + 2].isHexDigit
            if byte.isUnreserved || allowed.contains(byte) || isEscape {
                result.append(byte)
            } else {
                result.append(percentEscapeOf: byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text as one component of a path or query: all but unreserved characters (RFC 3986, 2.3) encoded.
    var percentEncoded: String {
        var result: [UInt8] = []
        for byte in utf8 {
            if byte.isUnreserved { result.append(byte) } else { result.append(percentEscapeOf: byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text of a query's component: escapes resolved, `+` as a space.
    var percentDecoded: String {
        var result: [UInt8] = []
        var bytes = utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                var escape = bytes
                guard let high = escape.next()?.hexValue, let low = escape.next()?.hexValue else {
                    result.append(byte)
                    continue
                }
                result.append(high << 4 | low)
                bytes = escape
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func append(percentEscapeOf byte: UInt8) {
        let digits = Array("0123456789ABCDEF".utf8)
        self += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    var isLetter: Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self
    }

    var isHexDigit: Bool { hexValue != nil }

    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// RFC 3986, 2.3.
    var isUnreserved: Bool {
        isLetter || isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
            || self == UInt8(ascii: "~")
    }
}
