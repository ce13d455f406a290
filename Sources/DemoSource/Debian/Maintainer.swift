/// Who looks after a package, as its `Maintainer` field says: `Name <local@domain>`.
package struct Maintainer: Sendable, Hashable {
    /// A catalog name made of the e-mail address: distinct for distinct addresses.
    package let id: String
    /// The name as the package has it. One address may appear under several names.
    package let name: String
    /// The e-mail address, lower-cased.
    package let email: String

    /// Reads a `Maintainer` field. Without an address in angle brackets, the whole text stands for both.
    package init(field: String) {
        let (name, address) = Self.split(field)
        email = address.lowercased()
        self.name = name.isEmpty ? email : name
        id = Self.id(of: email)
    }

    private static func split(_ field: String) -> (name: String, address: String) {
        guard let open = field.lastIndex(of: "<"), let close = field[open...].firstIndex(of: ">") else {
            return (words(field), words(field))
        }
        return (words(field[..<open]), words(field[field.index(after: open)..<close]))
    }

    /// The text with single spaces: the same team is written with one and with two.
    private static func words(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Lower-case letters, digits, `-` and `.` stay, `@` becomes `_at_`, `+` becomes `_plus_`, and any other byte `_`, two
    /// hexadecimal digits, `_`. Every `_` of the result belongs to such a word, so it can be read back: two addresses never share an
    /// id. One that would be longer than 63 characters, or would begin or end with a separator, is cut and ends with its hash.
    static func id(of email: String) -> String {
        var id = ""
        for byte in email.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                id.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "@"): id += "_at_"
            case UInt8(ascii: "+"): id += "_plus_"
            default: id += "_" + hexadecimal(byte, digits: 2) + "_"
            }
        }
        guard id.utf8.count > 63 || !edgesAreValid(id) else { return id }
        return "m" + id.prefix(44) + "__" + hexadecimal(fnv1a(email), digits: 16)
    }

    private static func edgesAreValid(_ id: String) -> Bool {
        guard let first = id.first, let last = id.last else { return false }
        return first != "_" && first != "-" && first != "." && last != "_" && last != "-" && last != "."
    }

    private static func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// FNV-1a, 64 bits: stable across runs and machines, unlike `Hasher`.
    private static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
