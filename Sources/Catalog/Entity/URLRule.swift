/// Whether a text is an absolute URL, by the parts of the WHATWG URL standard on which its parser fails: that parser is what
/// Backstage asks about a link.
enum URLRule {
    static func accepts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        // The parser strips spaces and controls at both ends, and tabs and line ends anywhere.
        var bytes = text.drop { $0 <= 0x20 }.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        guard let first = bytes.first, isLetter(first), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            return false
        }
        guard bytes[..<colon].allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) }) else {
            return false
        }
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        let rest = bytes[(colon + 1)...]
        switch scheme {
        case "http", "https", "ws", "wss", "ftp":
            // Any number of slashes of either kind, even none, come before the host of these.
            let authority = rest.drop(while: isSlash).prefix { !isSlash($0) && !endsAuthority($0) }
            return acceptsAuthority(authority, isSpecial: true)
        case "file":
            return true
        default:
            guard rest.starts(with: "//".utf8) else { return true }
            let authority = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "/") && !endsAuthority($0) }
            return acceptsAuthority(authority, isSpecial: false)
        }
    }

    private static func acceptsAuthority(_ authority: ArraySlice<UInt8>, isSpecial: Bool) -> Bool {
        var rest = authority
        let at = rest.lastIndex(of: UInt8(ascii: "@"))
        if let at { rest = rest[(at + 1)...] }
        var host = rest
        var port = rest.suffix(0)
        let literalEnd = rest.first == UInt8(ascii: "[") ? rest.lastIndex(of: UInt8(ascii: "]")) : nil
        if let colon = rest[(literalEnd ?? rest.startIndex)...].firstIndex(of: UInt8(ascii: ":")) {
            host = rest[..<colon]
            port = rest[(colon + 1)...]
        }
        // Without a host, only the bare `scheme:///path` of other schemes is one.
        guard !host.isEmpty else { return !isSpecial && at == nil && rest.isEmpty }
        guard port.allSatisfy(isDigit), port.isEmpty || (Int(String(decoding: port, as: UTF8.self)) ?? .max) <= 65535
        else { return false }
        if host.first == UInt8(ascii: "[") {
            return host.last == UInt8(ascii: "]")
                && acceptsAddress(host.dropFirst().dropLast())
        }
        return !host.contains { isForbidden($0, isSpecial: isSpecial) }
    }

    /// Something of the form of an IPv6 address.
    private static func acceptsAddress(_ address: ArraySlice<UInt8>) -> Bool {
        let groups = address.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard 3...9 ~= groups.count else { return false }
        return groups.allSatisfy { group in
            group.contains(UInt8(ascii: ".")) || (group.count <= 4 && group.allSatisfy(isHexDigit))
        }
    }

    /// What no host may hold; `%` introduces an encoded byte, which other schemes keep and these decode.
    private static func isForbidden(_ byte: UInt8, isSpecial: Bool) -> Bool {
        byte <= 0x20 || "#/:<>?@[\\]^|".utf8.contains(byte) || (isSpecial && byte == 0x7F)
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
}
