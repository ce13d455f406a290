/// A value on the tape of a ``JSONDocument``: valid inside `withRoot` only, and not sendable.
package struct JSONElement {
    /// What a value is. `unsigned` is an integer above Int64.max.
    package enum Kind { case null, bool, integer, unsigned, number, string, array, object }

    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    let index: Int

    @inline(__always)
    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, index: Int) {
        self.tape = tape
        self.strings = strings
        self.index = index
    }

    @inline(__always)
    var tag: UInt8 { UInt8(truncatingIfNeeded: tape[index] >> 56) }

    /// Where the value after this one is: containers carry the place of their end.
    @inline(__always)
    var following: Int {
        switch tag {
        case UInt8(ascii: "{"), UInt8(ascii: "["): Int(truncatingIfNeeded: tape[index] & 0xFFFF_FFFF)
        case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index &+ 2
        default: index &+ 1
        }
    }

    @inline(__always)
    func at(_ index: Int) -> JSONElement { JSONElement(tape: tape, strings: strings, index: index) }

    package var kind: Kind {
        switch tag {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "l"): .integer
        case UInt8(ascii: "u"): .unsigned
        case UInt8(ascii: "d"): .number
        case UInt8(ascii: "n"): .null
        default: .bool
        }
    }

    @inline(__always)
    package var isObject: Bool { tag == UInt8(ascii: "{") }
    @inline(__always)
    package var isArray: Bool { tag == UInt8(ascii: "[") }
    @inline(__always)
    package var isNull: Bool { tag == UInt8(ascii: "n") }

    package var bool: Bool? {
        switch tag {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    package var integer: Int64? {
        tag == UInt8(ascii: "l") ? Int64(bitPattern: tape[index + 1]) : nil
    }

    /// An integer above Int64.max.
    package var unsigned: UInt64? {
        tag == UInt8(ascii: "u") ? tape[index + 1] : nil
    }

    /// Any number, as the nearest double.
    package var number: Double? {
        switch tag {
        case UInt8(ascii: "d"): Double(bitPattern: tape[index + 1])
        case UInt8(ascii: "l"): Double(Int64(bitPattern: tape[index + 1]))
        case UInt8(ascii: "u"): Double(tape[index + 1])
        default: nil
        }
    }

    /// A string's UTF-8, without its escapes.
    @inline(__always)
    package var utf8: UnsafeBufferPointer<UInt8>? {
        tag == UInt8(ascii: "\"") ? text : nil
    }

    package var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of what is known to be a string: a four-byte length, then they.
    @inline(__always)
    var text: UnsafeBufferPointer<UInt8> {
        let entry = strings + Int(truncatingIfNeeded: tape[index] & 0x00FF_FFFF_FFFF_FFFF)
        let length = UnsafeRawPointer(entry).loadUnaligned(as: UInt32.self)
        return UnsafeBufferPointer(start: entry + 4, count: Int(length))
    }

    /// The values of an array; none of anything else.
    package var elements: JSONElements { JSONElements(of: self) }

    /// The members of an object in the order of the text, duplicates included; none of anything else.
    package var members: JSONMembers { JSONMembers(of: self) }

    /// The member with this key; of duplicates, the last.
    package subscript(_ key: String) -> JSONElement? {
        var key = key
        return key.withUTF8 { key in
            var found: JSONElement?
            for member in members where member.key.elementsEqual(key) { found = member.value }
            return found
        }
    }

    /// The value as it is, copied off the tape. Throws on an integer that ``JSON`` would have to round.
    package func value() throws(JSONError) -> JSON {
        switch kind {
        case .null: return .null
        case .bool: return .bool(tag == UInt8(ascii: "t"))
        case .integer: return .integer(Int64(bitPattern: tape[index + 1]))
        case .number: return .number(Double(bitPattern: tape[index + 1]))
        case .unsigned:
            let value = tape[index + 1]
            guard let exact = Double(exactly: value) else {
                throw JSONError(.number, "the integer \(value) does not fit in 64 bits with sign: send it as a string")
            }
            return .number(exact)
        case .string: return .string(String(decoding: text, as: UTF8.self))
        case .array:
            var values: [JSON] = []
            for element in elements { values.append(try element.value()) }
            return .array(values)
        case .object:
            var values: [String: JSON] = [:]
            for member in members { values[String(decoding: member.key, as: UTF8.self)] = try member.value.value() }
            return .object(values)
        }
    }
}
