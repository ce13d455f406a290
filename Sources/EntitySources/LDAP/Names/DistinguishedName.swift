/// The name of an entry, by its value: one name has several spellings (RFC 4514), and all of them are equal here.
///
/// Types and values are compared without case, and blanks in values as caseIgnoreMatch has them; that is how directories
/// compare what entries are named by.
struct DistinguishedName: Hashable, Sendable, CustomStringConvertible {
    /// The relative names from the entry upwards, each in one spelling.
    let names: [String]

    /// Nil for what is no distinguished name.
    init?(_ text: String) {
        var parser = DistinguishedNameParser(text)
        guard let names = parser.names() else { return nil }
        self.names = names.map { name in
            name.map { Self.spell($0.type, $0.value) }.sorted().joined(separator: "+")
        }
    }

    /// One spelling of all: not the one that a server would show.
    var description: String { names.joined(separator: ",") }

    /// How many levels this is below `base`; nil when it is not at or below it.
    func depth(below base: DistinguishedName) -> Int? {
        let depth = names.count - base.names.count
        return depth >= 0 && names[depth...].elementsEqual(base.names) ? depth : nil
    }

    /// The relative name of an entry, and the value of its first attribute, from its name's text.
    static func first(of text: String) -> (rdn: String, value: String)? {
        var parser = DistinguishedNameParser(text)
        guard let first = parser.firstName() else { return nil }
        return (first.text, String(decoding: first.value, as: UTF8.self))
    }

    private static func spell(_ type: String, _ value: [UInt8]) -> String {
        // Blanks at the ends do not count, and several in a row are one.
        var prepared: [UInt8] = []
        for byte in value where byte != 0x20 || prepared.last != 0x20 { prepared.append(byte) }
        if prepared.first == 0x20 { prepared.removeFirst() }
        if prepared.last == 0x20 { prepared.removeLast() }
        let isASCII = prepared.allSatisfy { $0 < 0x80 }
        let folded =
            isASCII
            ? prepared.map(\.asciiLowercased)
            : Array(String(decoding: prepared, as: UTF8.self).lowercased().utf8)
        var text = Array((types[type.asciiLowercased] ?? type.asciiLowercased).utf8) + [0x3D]
        for byte in folded {
            if byte < 0x20 || ",+=;#\\\"".utf8.contains(byte) {
                text.append(0x5C)
                text += [byte].hexadecimal.utf8
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The types of RFC 4514 (section 3), by their OIDs and their other names.
    private static let types = [
        "2.5.4.3": "cn", "2.5.4.7": "l", "2.5.4.8": "st", "2.5.4.10": "o", "2.5.4.11": "ou", "2.5.4.6": "c",
        "2.5.4.9": "street", "0.9.2342.19200300.100.1.25": "dc", "0.9.2342.19200300.100.1.1": "uid",
        "commonname": "cn", "localityname": "l", "stateorprovincename": "st", "organizationname": "o",
        "organizationalunitname": "ou", "countryname": "c", "streetaddress": "street", "domaincomponent": "dc",
        "userid": "uid",
    ]
}
