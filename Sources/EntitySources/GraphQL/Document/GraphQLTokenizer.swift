/// Splits a GraphQL document into tokens.
struct GraphQLTokenizer {
    private let text: [UInt8]
    private var index = 0
    private var line = 1

    /// The tokens of a document, without comments and commas.
    static func tokens(of text: String) throws(GraphQLSyntaxError) -> [GraphQLToken] {
        var tokenizer = GraphQLTokenizer(text: Array(text.utf8))
        var tokens: [GraphQLToken] = []
        while let token = try tokenizer.next() { tokens.append(token) }
        return tokens
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private var current: UInt8? { index < text.count ? text[index] : nil }

    private mutating func next() throws(GraphQLSyntaxError) -> GraphQLToken? {
        skipIgnored()
        guard let byte = current else { return nil }
        let start = line
        switch byte {
        case UInt8(ascii: "\""):
            try skipString()
            return GraphQLToken(kind: .literal, line: start)
        case UInt8(ascii: "."):
            guard text[index...].starts(with: Array("...".utf8)) else {
                throw GraphQLSyntaxError(message: "a single dot", line: line)
            }
            index += 3
            return GraphQLToken(kind: .punctuator("..."), line: start)
        case _ where "!$&():=@[]{|}".utf8.contains(byte):
            index += 1
            return GraphQLToken(kind: .punctuator(String(UnicodeScalar(byte))), line: start)
        case _ where byte.isLetter || byte == UInt8(ascii: "_"):
            return GraphQLToken(kind: .name(take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }), line: start)
        case _ where byte.isDigit || byte == UInt8(ascii: "-"):
            _ = take { $0.isLetter || $0.isDigit || "+-.".utf8.contains($0) }
            return GraphQLToken(kind: .literal, line: start)
        default:
            throw GraphQLSyntaxError(
                message: "unexpected character `\(String(decoding: text[index...].prefix(1), as: UTF8.self))`",
                line: line
            )
        }
    }

    private mutating func take(while isPart: (UInt8) -> Bool) -> String {
        let start = index
        while let byte = current, isPart(byte) { index += 1 }
        return String(decoding: text[start..<index], as: UTF8.self)
    }

    private mutating func skipIgnored() {
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: "#"):
                _ = take { $0 != UInt8(ascii: "\n") }
                continue
            // The last three are a byte order mark.
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","), 0xEF, 0xBB, 0xBF: break
            default: return
            }
            index += 1
        }
    }

    private mutating func skipString() throws(GraphQLSyntaxError) {
        let start = line
        let isBlock = text[index...].starts(with: Array(#"""""#.utf8))
        let end = Array((isBlock ? #"""""# : #"""#).utf8)
        index += end.count
        while let byte = current {
            if text[index...].starts(with: end) {
                index += end.count
                return
            }
            if byte == UInt8(ascii: "\n") {
                guard isBlock else { break }
                line += 1
            }
            index += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        throw GraphQLSyntaxError(message: "a string without its end", line: start)
    }
}
