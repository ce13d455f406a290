/// One link of a `Link` header (RFC 8288).
struct WebLink: Equatable {
    /// The URI reference between the angle brackets.
    var target: String
    /// The relation types, lower-cased.
    var relations: [String] = []
    /// True if the link says that it starts from something else than this page (`anchor`).
    var isAnchored = false
}

/// Reads `Link` headers (RFC 8288, 3 and appendix B.2).
struct LinkHeader {
    struct Malformed: Error, Equatable {
        var reason: String
    }

    private var rest: Substring.UTF8View

    /// All links of all `Link` fields of a response, in order.
    ///
    /// - Throws: Unlike the RFC's reader, which skips what it cannot read: a next link lost in a malformed header would
    ///   look like the end of the source.
    static func links(in fields: [String]) throws(Malformed) -> [WebLink] {
        var links: [WebLink] = []
        for field in fields {
            var header = LinkHeader(rest: field[...].utf8)
            links += try header.parse()
        }
        return links
    }

    private mutating func parse() throws(Malformed) -> [WebLink] {
        var links: [WebLink] = []
        while true {
            skip { $0 == .comma || $0.isWhitespace }
            guard let first = rest.first else { return links }
            guard first == UInt8(ascii: "<") else { throw Malformed(reason: "a link does not begin with <") }
            rest.removeFirst()
            let target = take { $0 != UInt8(ascii: ">") }
            guard rest.popFirst() != nil else { throw Malformed(reason: "a link does not end with >") }
            var link = WebLink(target: target)
            try parseParameters(&link)
            links.append(link)
        }
    }

    private mutating func parseParameters(_ link: inout WebLink) throws(Malformed) {
        var hasRelation = false
        while true {
            skip { $0.isWhitespace }
            guard let separator = rest.first, separator != .comma else { return }
            guard separator == .semicolon else { throw Malformed(reason: "a link is followed by neither ; nor ,") }
            rest.removeFirst()
            skip { $0.isWhitespace }
            let name = take { !$0.isWhitespace && $0 != .equals && $0 != .semicolon && $0 != .comma }.lowercased()
            skip { $0.isWhitespace }
            var value = ""
            if rest.first == .equals {
                rest.removeFirst()
                skip { $0.isWhitespace }
                value = try parseValue()
            }
            if name == "rel", !hasRelation {
                // Of several `rel` parameters only the first counts (3.3).
                hasRelation = true
                // Byte by byte: a space and an accent after it are one Character, which is no space.
                link.relations = value.utf8.split(whereSeparator: \.isWhitespace)
                    .map { String(Substring($0)).lowercased() }
            } else if name == "anchor" {
                link.isAnchored = true
            }
        }
    }

    private mutating func parseValue() throws(Malformed) -> String {
        guard rest.first == .quote else {
            return take { !$0.isWhitespace && $0 != .semicolon && $0 != .comma }
        }
        rest.removeFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == .quote { return String(decoding: value, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                value.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { break }
            value.append(escaped)
        }
        throw Malformed(reason: "a quoted parameter of a link does not end")
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        rest = rest.drop(while: condition)
    }

    private mutating func take(while condition: (UInt8) -> Bool) -> String {
        let taken = rest.prefix(while: condition)
        rest = rest[taken.endIndex...]
        return String(Substring(taken))
    }
}

extension UInt8 {
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let semicolon = UInt8(ascii: ";")
    fileprivate static let equals = UInt8(ascii: "=")
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate var isWhitespace: Bool { self == 0x20 || self == 0x09 }
}
