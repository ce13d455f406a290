/// The attribute by whose ranges a directory is read. Its values are kept as text: bytes as hexadecimal digits.
struct LeafKey: Sendable, Hashable {
    let attribute: String
    private let isBinary: Bool

    init(_ attribute: String) {
        self.attribute = attribute
        isBinary = ["objectguid", "guid"].contains(attribute.asciiLowercased)
    }

    /// The key of an entry; nil when it has none.
    func value(of entry: DirectoryEntry) -> String? {
        entry.values(of: attribute).first.map { isBinary ? $0.hexadecimal : String(decoding: $0, as: UTF8.self) }
    }

    /// An entry's own id, for people and for what names it elsewhere.
    func id(of entry: DirectoryEntry) -> String? {
        guard let value = entry.values(of: attribute).first else { return nil }
        guard isBinary else { return String(decoding: value, as: UTF8.self).asciiLowercased }
        return attribute.equalsIgnoringCase("objectGUID")
            ? ActiveDirectory.guid(value) ?? value.hexadecimal : value.hexadecimal
    }

    /// Entries whose key is at least, or at most, a value.
    func filter(from value: String) -> String { "(\(attribute)>=\(assertion(value)))" }
    func filter(to value: String) -> String { "(\(attribute)<=\(assertion(value)))" }
    var isPresent: String { "(\(attribute)=*)" }

    private func assertion(_ value: String) -> String {
        guard isBinary else { return DirectoryFilter.escape(Array(value.utf8)) }
        let digits = Array(value.utf8)
        var text: [UInt8] = []
        for index in digits.indices {
            if index % 2 == 0 { text.append(0x5C) }
            text.append(digits[index])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The order that the server most likely has. Where it has another, leaves overlap or are uneven; none misses an entry.
    func precedes(_ left: String, _ right: String) -> Bool {
        if let left = Int64(left), let right = Int64(right) { return left < right }
        return left.asciiLowercased.utf8.lexicographicallyPrecedes(right.asciiLowercased.utf8)
    }

    /// Where the key space is cut to begin with: in sixteen even parts for keys that are spread over all of it, else
    /// where the keys of a sample are.
    func firstCuts(sample: [String]) -> [String] {
        let isUUID = sample.allSatisfy {
            $0.utf8.count == 36 && $0.split(separator: "-").map(\.utf8.count) == [8, 4, 4, 4, 12]
        }
        let isOctets = isBinary && sample.allSatisfy { $0.utf8.count == 32 }
        guard isUUID || isOctets, !sample.isEmpty else {
            let sorted = sample.sorted(by: precedes)
            return (1..<16).map { sorted[$0 * (sorted.count - 1) / 16] }
        }
        let rest = isOctets ? String(repeating: "0", count: 31) : "0000000-0000-0000-0000-000000000000"
        return (1..<16).map { String($0, radix: 16) + rest }
    }
}
