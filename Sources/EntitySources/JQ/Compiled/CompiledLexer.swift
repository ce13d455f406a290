/// The tokens of jq 1.6, as far as the subset has them.
struct CompiledLexer {
    /// Something that the subset does not have: the expression is left to libjq, which also finds what is wrong with it.
    struct Unsupported: Error {}

    enum Token: Hashable {
        case end
        /// `.name`
        case field(String)
        case name(String)
        case variable(String)
        case number(Double)
        /// The quotation mark with which a string begins.
        case quote
        /// Punctuation and operators.
        case symbol(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var ahead: (token: Token, end: Int)?

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func peek() throws(Unsupported) -> Token {
        if let ahead { return ahead.token }
        let start = position
        let token = try scan()
        ahead = (token, position)
        position = start
        return token
    }

    @discardableResult
    mutating func next() throws(Unsupported) -> Token {
        let token = try peek()
        position = ahead?.end ?? position
        ahead = nil
        return token
    }

    /// Takes a symbol if it is the next token.
    mutating func take(_ symbol: String) throws(Unsupported) -> Bool {
        guard try peek() == .symbol(symbol) else { return false }
        try next()
        return true
    }

    mutating func expect(_ symbol: String) throws(Unsupported) {
        guard try take(symbol) else { throw Unsupported() }
    }

    /// The next part of a string, after its quotation mark or an interpolation: its text, and whether it goes on with `\(`.
    mutating func stringPart() throws(Unsupported) -> (text: [UInt8], isInterpolated: Bool) {
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return (text, false)
            case UInt8(ascii: "\\"):
                guard position < bytes.count else { throw Unsupported() }
                let escape = bytes[position]
                position += 1
                if escape == UInt8(ascii: "(") { return (text, true) }
                try text.append(contentsOf: character(of: escape))
            // jq reads the text as JSON, which has no such characters.
            case 0..<0x20, 0x7F: throw Unsupported()
            default: text.append(byte)
            }
        }
        throw Unsupported()
    }

    private mutating func character(of escape: UInt8) throws(Unsupported) -> [UInt8] {
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [escape]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            guard position + 4 <= bytes.count else { throw Unsupported() }
            var code: UInt32 = 0
            for digit in bytes[position..<position + 4] {
                guard let value = digit.hexValue else { throw Unsupported() }
                code = code << 4 | UInt32(value)
            }
            position += 4
            // Surrogates and controls are left to libjq.
            guard let scalar = Unicode.Scalar(code), code >= 0x20, code != 0x7F else { throw Unsupported() }
            return Array(String(Character(scalar)).utf8)
        default: throw Unsupported()
        }
    }

    private mutating func scan() throws(Unsupported) -> Token {
        skipSpaceAndComments()
        guard position < bytes.count else { return .end }
        let byte = bytes[position]
        if byte.isNameStart { return .name(takeName()) }
        if byte.isDigit { return try number() }
        switch byte {
        case UInt8(ascii: "\""):
            position += 1
            return .quote
        case UInt8(ascii: "$"):
            position += 1
            guard position < bytes.count, bytes[position].isNameStart else { throw Unsupported() }
            return .variable(takeName())
        case UInt8(ascii: ".") where position + 1 < bytes.count && bytes[position + 1].isNameStart:
            position += 1
            return .field(takeName())
        default: return try symbol()
        }
    }

    private mutating func symbol() throws(Unsupported) -> Token {
        let rest = bytes[position...].prefix(3)
        // The longest first: what begins with them is not in the subset.
        let unsupported = ["?//", "//=", "..", "|=", "+=", "-=", "*=", "/=", "%="]
        if unsupported.contains(where: { rest.starts(with: $0.utf8) }) { throw Unsupported() }
        let known = ["==", "!=", "<=", ">=", "//"] + "|,()[]{}:;?.<>+-*/".map(String.init)
        guard let found = known.first(where: { rest.starts(with: $0.utf8) }) else { throw Unsupported() }
        position += found.utf8.count
        // `.5` is a number.
        if found == ".", position < bytes.count, bytes[position].isDigit { throw Unsupported() }
        return .symbol(found)
    }

    private mutating func number() throws(Unsupported) -> Token {
        let start = position
        while position < bytes.count, bytes[position].isDigit || bytes[position] == UInt8(ascii: ".") { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let isPlain = text.utf8.count <= 17 && bytes[position - 1].isDigit
        let hasExponent = position < bytes.count && (bytes[position] | 0x20) == UInt8(ascii: "e")
        guard isPlain, !hasExponent, let number = Double(text) else { throw Unsupported() }
        return .number(number)
    }

    private mutating func takeName() -> String {
        let start = position
        while position < bytes.count, bytes[position].isNameStart || bytes[position].isDigit { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipSpaceAndComments() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            default: return
            }
        }
    }
}

extension UInt8 {
    fileprivate var isNameStart: Bool { isLetter || self == UInt8(ascii: "_") }
}
