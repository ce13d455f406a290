/// Writes the little of BER (X.690) that the values of controls need.
struct BERWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(integer: Int) {
        var content: [UInt8] = []
        var rest = integer
        repeat {
            content.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        } while rest != 0 && rest != -1
        // The first bit is the sign.
        if (content[0] & 0x80 != 0) != (integer < 0) { content.insert(integer < 0 ? 0xFF : 0, at: 0) }
        append(BERTag.integer, content)
    }

    mutating func append(enumeration: UInt8) { append(BERTag.enumeration, [enumeration]) }

    mutating func append(octets: [UInt8]) { append(BERTag.octets, octets) }

    mutating func append(boolean: Bool) { append(BERTag.boolean, [boolean ? 0xFF : 0]) }

    mutating func sequence(_ body: (inout BERWriter) -> Void) {
        var content = BERWriter()
        body(&content)
        append(BERTag.sequence, content.bytes)
    }

    mutating func append(_ tag: UInt8, _ content: [UInt8]) {
        bytes.append(tag)
        if content.count < 0x80 {
            bytes.append(UInt8(content.count))
        } else {
            let length = withUnsafeBytes(of: content.count.bigEndian) { Array($0.drop { $0 == 0 }) }
            bytes.append(0x80 | UInt8(length.count))
            bytes += length
        }
        bytes += content
    }
}

/// The tags that occur.
enum BERTag {
    static let boolean: UInt8 = 0x01
    static let integer: UInt8 = 0x02
    static let octets: UInt8 = 0x04
    static let enumeration: UInt8 = 0x0A
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
}
