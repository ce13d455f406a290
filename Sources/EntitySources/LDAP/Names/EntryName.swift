internal import Catalog

/// The name that an entry's entity has: a value of the entry where that can be a name, else one that is made of it.
///
/// What is made ends in a dash and twelve digits of a hash over the value and the entry's id. A value that ends so by itself is
/// made over as well. So a made name never is that of another entry.
enum EntryName {
    private static let digits = 12

    static func make(of value: String, id: String) -> String {
        if EntityRule.name.accepts(value), !looksMade(value) { return value }
        var words: [UInt8] = []
        for byte in value.utf8 {
            let isKept = 48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || byte == 0x5F || byte == 0x2E
            if isKept { words.append(byte) } else if words.last != 0x2D { words.append(0x2D) }
        }
        while let first = words.first, !first.isLetterOrDigit { words.removeFirst() }
        // A name has 63 characters at most.
        words = Array(words.prefix(63 - digits - 1))
        while let last = words.last, !last.isLetterOrDigit { words.removeLast() }
        let start = String(decoding: words, as: UTF8.self)
        return (start.isEmpty ? "entry" : start) + "-" + hash(of: value + "\u{0}" + id)
    }

    private static func looksMade(_ value: String) -> Bool {
        let tail = value.utf8.suffix(digits + 1)
        return tail.count == digits + 1 && tail.first == 0x2D && tail.dropFirst().allSatisfy { $0.hexDigit != nil }
    }

    /// Twelve hexadecimal digits.
    static func hash(of text: String) -> String {
        var text = text
        let digest = text.withUTF8 { EntityDigest(of: $0) }
        return String(digest.description.prefix(digits))
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool { 48...57 ~= self || 65...90 ~= self || 97...122 ~= self }
}
