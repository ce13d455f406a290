/// The identifiers of Active Directory, which it keeps as bytes.
enum ActiveDirectory {
    /// What the root says of a directory that is Active Directory (MS-ADTS 3.1.1.3.4.3).
    static let capability = "1.2.840.113556.1.4.800"

    /// A GUID as text: the first three parts are little-endian (MS-DTYP 2.3.4).
    static func guid(_ value: [UInt8]) -> String? {
        guard value.count == 16 else { return nil }
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        return order.map { value[$0] }.dashed
    }

    /// A security identifier as text, `S-1-5-21-…` (MS-DTYP 2.4.2).
    static func sid(_ value: [UInt8]) -> String? {
        guard value.count >= 8, value.count == 8 + 4 * Int(value[1]) else { return nil }
        let authority = value[2..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var text = "S-\(value[0])-\(authority)"
        for start in stride(from: 8, to: value.count, by: 4) {
            text += "-\(value[start..<(start + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })"
        }
        return text
    }
}

extension [UInt8] {
    /// Sixteen bytes as a UUID is written (RFC 9562).
    var dashed: String {
        let digits = Array<Character>(hexadecimal)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}
