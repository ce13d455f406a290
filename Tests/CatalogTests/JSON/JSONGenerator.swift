@testable import Catalog

/// Random JSON from a seed: the same seed gives the same values on every machine.
struct JSONGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    mutating func value(depth: Int = 0) -> JSON {
        switch Int.random(in: 0..<(depth > 5 ? 8 : 12), using: &self) {
        case 0: return nil
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .integer(Int64(truncatingIfNeeded: next()) >> Int64.random(in: 0..<64, using: &self))
        case 3, 4: return .number(double())
        case 5...7: return .string(string())
        case 8, 9: return .array((0..<Int.random(in: 0..<6, using: &self)).map { _ in value(depth: depth + 1) })
        default:
            let count = Int.random(in: 0..<40, using: &self) / (depth + 1)
            let members = (0..<count).map { _ in (string(), value(depth: depth + 1)) }
            return .object(Dictionary(members, uniquingKeysWith: { _, last in last }))
        }
    }

    mutating func double() -> Double {
        let bits = Double(bitPattern: next())
        return bits.isFinite && Bool.random(using: &self) ? bits : Double(Int16(truncatingIfNeeded: next())) / 8
    }

    /// Escapes, every length of UTF-8, and lengths around the eight bytes that are copied at once.
    mutating func string() -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<20, using: &self) {
            let range: ClosedRange<UInt32> =
                switch Int.random(in: 0..<8, using: &self) {
                case 0: 0...0x1F
                case 1: 0x22...0x22
                case 2: 0x5C...0x5C
                case 3: 0x80...0x7FF
                case 4: 0x800...0xD7FF
                case 5: 0x10000...0x10FFFF
                default: 0x20...0x7F
                }
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    /// The value as text with random white space, escapes and order of keys.
    mutating func text(of value: JSON) -> String {
        let space = [" ", "", "\n\t", "", "\r"].randomElement(using: &self) ?? ""
        switch value {
        case .string(let string): return space + quoted(string) + space
        case .array(let values): return "[" + values.map { text(of: $0) }.joined(separator: ",") + space + "]"
        case .object(let members):
            let parts = members.shuffled(using: &self).map { quoted($0.key) + space + ":" + text(of: $0.value) }
            return space + "{" + parts.joined(separator: ",") + "}"
        default: return space + value.description + space
        }
    }

    private mutating func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            if Bool.random(using: &self) || scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &self))
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
