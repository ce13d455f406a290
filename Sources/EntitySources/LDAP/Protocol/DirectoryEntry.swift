/// An entry as the server sent it.
struct DirectoryEntry: Sendable {
    struct Attribute: Sendable {
        /// With its options, as the server writes it: `member;range=0-1499`.
        var name: String
        var values: [[UInt8]]
    }

    var dn: String
    var attributes: [Attribute]
    var controls: [DirectoryControl] = []

    /// The values of an attribute, whatever the case of its name.
    func values(of name: String) -> [[UInt8]] {
        attributes.first { $0.name.equalsIgnoringCase(name) }?.values ?? []
    }

    /// The first value of an attribute as text.
    func text(of name: String) -> String? {
        values(of: name).first.map { String(decoding: $0, as: UTF8.self) }
    }

    /// About how much memory it takes.
    var byteCount: Int {
        attributes.reduce(dn.utf8.count + 64) { size, attribute in
            attribute.values.reduce(size + attribute.name.utf8.count + 64) { $0 + $1.count + 48 }
        }
    }
}

extension String {
    /// Whether both are the same but for the case of ASCII letters, as the names of attributes are.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// With ASCII letters in lower case.
    var asciiLowercased: String { String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self) }
}

extension UInt8 {
    var asciiLowercased: UInt8 { 65...90 ~= self ? self | 0x20 : self }
}
