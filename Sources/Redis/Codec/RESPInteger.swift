/// Writing the lengths and integers of the protocol in decimal, without a String in between.
enum RESPInteger {
    /// Longest `Int64`, with its sign.
    static let digitLimit = 20
    /// Longest `$123\r\n`.
    static let frameLimit = 1 + digitLimit + 2
    static let lineEndLength = 2

    /// Bytes of `$123\r\n` for 123.
    static func frameLength(_ value: Int) -> Int {
        1 + digitCount(UInt64(value)) + lineEndLength
    }

    /// Writes `marker`, `value` and a line end.
    ///
    /// - Returns: how many bytes that took.
    static func writeFrame(_ value: Int, marker: Unicode.Scalar, to target: UnsafeMutableRawPointer) -> Int {
        target.storeBytes(of: UInt8(ascii: marker), as: UInt8.self)
        let count = 1 + writeDigits(UInt64(value), to: target + 1)
        writeLineEnd(to: target + count)
        return count + lineEndLength
    }

    static func writeLineEnd(to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: UInt8(ascii: "\r"), as: UInt8.self)
        target.storeBytes(of: UInt8(ascii: "\n"), toByteOffset: 1, as: UInt8.self)
    }

    /// - Returns: how many bytes that took.
    static func writeDecimal(_ value: Int64, to target: UnsafeMutableRawPointer) -> Int {
        guard value < 0 else {
            return writeDigits(value.magnitude, to: target)
        }
        target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        return 1 + writeDigits(value.magnitude, to: target + 1)
    }

    private static func writeDigits(_ value: UInt64, to target: UnsafeMutableRawPointer) -> Int {
        let count = digitCount(value)
        var rest = value
        var index = count
        repeat {
            index -= 1
            let digit = UInt8(truncatingIfNeeded: rest % 10)
            target.storeBytes(of: UInt8(ascii: "0") + digit, toByteOffset: index, as: UInt8.self)
            rest /= 10
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
