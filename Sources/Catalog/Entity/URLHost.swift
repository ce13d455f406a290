/// Whether the host of a URL is one, by the WHATWG URL standard.
enum URLHost {
    static func accepts(_ host: ArraySlice<UInt8>, isSpecial: Bool) -> Bool {
        guard let first = host.first, let last = host.last else { return false }
        if first == UInt8(ascii: "[") {
            return last == UInt8(ascii: "]") && isAddress6(host.dropFirst().dropLast())
        }
        // Special schemes decode the host first; the others keep what is encoded.
        let domain = isSpecial ? decoded(host) : host
        return !domain.contains { isForbidden($0, isSpecial: isSpecial) } && !(isSpecial && isWrongAddress4(domain))
    }

    private static func isForbidden(_ byte: UInt8, isSpecial: Bool) -> Bool {
        byte == 0 || byte == 0x09 || byte == 0x0A || byte == 0x0D || "\u{20}#/:<>?@[\\]^|".utf8.contains(byte)
            || (isSpecial && (byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%")))
    }

    private static func decoded(_ host: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard host.contains(UInt8(ascii: "%")) else { return host }
        var bytes: [UInt8] = []
        var index = host.startIndex
        while index < host.endIndex {
            let digits = host[index...].dropFirst().prefix(2)
            if host[index] == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy(ASCII.isHexDigit) {
                bytes.append(UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0)
                index += 3
            } else {
                bytes.append(host[index])
                index += 1
            }
        }
        return bytes[...]
    }

    /// A host whose last label is a number has to be an IPv4 address: at most four parts, the last filling what is left.
    private static func isWrongAddress4(_ domain: ArraySlice<UInt8>) -> Bool {
        var parts = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        guard let last = parts.last, !last.isEmpty, number(last) != nil || last.allSatisfy(ASCII.isDigit) else {
            return false
        }
        let numbers = parts.map(number)
        guard parts.count <= 4, let end = numbers.last, let end else { return true }
        return numbers.dropLast().contains { $0.map { $0 > 255 } ?? true } || end >= 1 << (8 * UInt64(5 - parts.count))
    }

    /// Decimal, octal after 0, hexadecimal after 0x.
    private static func number(_ part: ArraySlice<UInt8>) -> UInt64? {
        guard part.allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) }) else { return nil }
        let text = String(decoding: part, as: UTF8.self).lowercased()
        if text == "0x" { return 0 }
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16) }
        return text.hasPrefix("0") ? UInt64(text, radix: 8) : UInt64(text)
    }

    /// Eight groups of up to four hexadecimal digits, of which one `::` may leave some out; the last two may be IPv4.
    private static func isAddress6(_ address: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: address, as: UTF8.self)
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var count = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let groups = half.split(separator: ":", omittingEmptySubsequences: false)
            for (place, group) in groups.enumerated() {
                if group.contains("."), index == halves.count - 1, place == groups.count - 1 {
                    let bytes = group.split(separator: ".", omittingEmptySubsequences: false)
                    guard bytes.count == 4, bytes.allSatisfy({ UInt8($0).map(String.init) == String($0) }) else {
                        return false
                    }
                    count += 2
                } else {
                    guard 1...4 ~= group.utf8.count, group.utf8.allSatisfy(ASCII.isHexDigit) else { return false }
                    count += 1
                }
            }
        }
        return halves.count == 2 ? count <= 7 : count == 8
    }
}
