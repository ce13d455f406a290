/// Writing the lengths and integers of the protocol in decimal, without a String in between.
enum RESPInteger {
    /// Longest `Int64`, with its sign.
    static let digitLimit = 20
    /// What frames an argument at most: `$`, digits, and two line ends.
    static let framingLimit = 1 + digitLimit + 4

    /// Bytes of `*123\r\n` for 123.
    static func frameLength(_ value: Int) -> Int {
        1 + digitCount(UInt64(value)) + 2
    }

    /// Writes `marker`, `value` and a line end at the start of `target`.
    ///
    /// - Returns: how many bytes that took.
    static func write(_ value: Int, marker: Unicode.Scalar, to target: UnsafeMutableRawBufferPointer) -> Int {
        target[0] = UInt8(ascii: marker)
        let digits = writeDigits(UInt64(value), to: UnsafeMutableRawBufferPointer(rebasing: target[1...]))
        return writeLineEnd(at: 1 + digits, to: target)
    }

    /// - Returns: the index after the line end.
    static func writeLineEnd(at index: Int, to target: UnsafeMutableRawBufferPointer) -> Int {
        target[index] = UInt8(ascii: "\r")
        target[index + 1] = UInt8(ascii: "\n")
        return index + 2
    }

    /// - Returns: how many bytes were written.
    static func writeDecimal(_ value: Int64, to target: UnsafeMutableRawBufferPointer) -> Int {
        guard value < 0 else {
            return writeDigits(value.magnitude, to: target)
        }
        target[0] = UInt8(ascii: "-")
        return 1 + writeDigits(value.magnitude, to: UnsafeMutableRawBufferPointer(rebasing: target[1...]))
    }

    private static func writeDigits(_ value: UInt64, to target: UnsafeMutableRawBufferPointer) -> Int {
        let count = digitCount(value)
        var rest = value
        var index = count
        repeat {
            index -= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            target[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        return count
    }

    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var rest = value / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }
}
