/// The header `traceparent` of W3C Trace Context (https://www.w3.org/TR/trace-context/): in which trace something is done, and under
/// which span.
package struct TraceParent: Sendable, Hashable {
    /// The 128 bits of a trace's id; not all are 0.
    package struct TraceID: Sendable, Hashable {
        package let high: UInt64
        package let low: UInt64

        package init?(high: UInt64, low: UInt64) {
            guard high | low != 0 else { return nil }
            (self.high, self.low) = (high, low)
        }
    }

    package let trace: TraceID
    /// The id of the span; not 0.
    package let span: UInt64
    /// Whether whoever made the span recorded it.
    package let isSampled: Bool

    /// Nil for a span that is 0.
    package init?(trace: TraceID, span: UInt64, isSampled: Bool) {
        guard span != 0 else { return nil }
        (self.trace, self.span, self.isSampled) = (trace, span, isSampled)
    }

    /// Reads a header; nil for one that is not valid. Of a version after 00, what is known of 00 is read.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= Self.length, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Self.number(bytes[0..<2]), version != 0xff,
            bytes.count == Self.length || (version != 0 && bytes[Self.length] == dash),
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]),
            let span = Self.number(bytes[36..<52]), let flags = Self.number(bytes[53..<55]),
            let trace = TraceID(high: high, low: low)
        else { return nil }
        self.init(trace: trace, span: span, isSampled: flags & 1 == 1)
    }

    /// Of version 00.
    private static let length = 55

    /// The number of lower-case hexadecimal digits.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}

extension TraceParent: CustomStringConvertible {
    /// The header, of version 00.
    package var description: String {
        "00-\(trace)-\(Hexadecimal.text(span))-\(isSampled ? "01" : "00")"
    }

    /// The id of the span, as people and other systems know it.
    package var spanText: String { Self.text(ofSpan: span) }

    /// The id of a span, as people and other systems know it.
    package static func text(ofSpan id: UInt64) -> String { Hexadecimal.text(id) }
}

extension TraceParent.TraceID: CustomStringConvertible {
    package var description: String { Hexadecimal.text(high) + Hexadecimal.text(low) }
}

private enum Hexadecimal {
    /// All 16 digits of a number.
    static func text(_ number: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { bytes in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> (60 - 4 * UInt64(index))) & 15
                bytes[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
