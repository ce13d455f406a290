/// Whether a text is an absolute URL, by the parts of the WHATWG URL standard on which its parser fails: that parser is what
/// Backstage asks about a link. Names outside ASCII are taken as they are.
enum URLRule {
    static func accepts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        isPlain(text) || parses(text)
    }

    /// `http` or `https`, a host of letters, digits, hyphens and dots, and no port: nearly every link, without copying it.
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let scheme = text.starts(with: "https://".utf8) ? 8 : text.starts(with: "http://".utf8) ? 7 : 0
        guard scheme > 0 else { return false }
        var hasLetter = false
        for index in scheme..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "/") || endsAuthority(byte) { break }
            if ASCII.isLetter(byte) {
                // 0x… may be a number.
                if byte | 0x20 != UInt8(ascii: "x") { hasLetter = true }
            } else if byte == UInt8(ascii: ".") {
                hasLetter = false
            } else if !ASCII.isDigit(byte) && byte != UInt8(ascii: "-") {
                return false
            }
        }
        // A last label without a letter may make the host an IPv4 address, and a wrong one.
        return hasLetter
    }

    private static func parses(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        // The parser strips spaces and controls at both ends, and tabs and line ends anywhere.
        var bytes = text.drop { $0 <= 0x20 }.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        guard let first = bytes.first, ASCII.isLetter(first), let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return false }
        let isScheme = bytes[..<colon].allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || "+-.".utf8.contains($0)
        }
        guard isScheme else { return false }
        let rest = bytes[(colon + 1)...]
        switch String(decoding: bytes[..<colon], as: UTF8.self).lowercased() {
        case "http", "https", "ws", "wss", "ftp":
            // Any number of slashes of either kind, even none, come before the host of these.
            let authority = rest.drop(while: isSlash).prefix { !isSlash($0) && !endsAuthority($0) }
            return acceptsAuthority(authority, isSpecial: true)
        case "file":
            guard rest.prefix(2).count(where: isSlash) == 2 else { return true }
            let host = rest.dropFirst(2).prefix { !isSlash($0) && !endsAuthority($0) }
            return host.isEmpty || isDrive(host) || URLHost.accepts(host, isSpecial: true)
        default:
            guard rest.starts(with: "//".utf8) else { return true }
            let authority = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "/") && !endsAuthority($0) }
            return acceptsAuthority(authority, isSpecial: false)
        }
    }

    /// `user:password@host:port`, all but the host optional; schemes that are not special may do without that too.
    private static func acceptsAuthority(_ authority: ArraySlice<UInt8>, isSpecial: Bool) -> Bool {
        let at = authority.lastIndex(of: UInt8(ascii: "@"))
        let rest = at.map { authority[($0 + 1)...] } ?? authority
        guard !rest.isEmpty else { return !isSpecial && at == nil }
        let literalEnd = rest.first == UInt8(ascii: "[") ? rest.lastIndex(of: UInt8(ascii: "]")) : nil
        let colon = rest[(literalEnd ?? rest.startIndex)...].firstIndex(of: UInt8(ascii: ":"))
        let host = rest[..<(colon ?? rest.endIndex)]
        let port = rest[(colon.map { $0 + 1 } ?? rest.endIndex)...]
        guard port.allSatisfy(ASCII.isDigit), port.isEmpty || UInt16(String(decoding: port, as: UTF8.self)) != nil
        else { return false }
        return URLHost.accepts(host, isSpecial: isSpecial)
    }

    /// A letter and a colon, or what was once used for one.
    private static func isDrive(_ host: ArraySlice<UInt8>) -> Bool {
        guard host.count == 2, let first = host.first, let last = host.last else { return false }
        return ASCII.isLetter(first) && (last == UInt8(ascii: ":") || last == UInt8(ascii: "|"))
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
}
