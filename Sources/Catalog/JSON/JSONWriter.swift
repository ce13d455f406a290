/// A buffer of JSON text that grows, and is reused from one value to the next.
package struct JSONWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes have been written since the last ``clear()``.
    package private(set) var count = 0

    package init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// What has been written, copied out.
    package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Lends what has been written.
    package borrowing func withBytes<R, E: Error>(_ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(UnsafeBufferPointer(start: base, count: count))
    }

    /// Forgets what was written and keeps the memory.
    package mutating func clear() { count = 0 }

    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    @inline(__always)
    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + count).update(from: start, count: bytes.count)
        count &+= bytes.count
    }

    @inline(__always)
    package mutating func append(_ literal: StaticString) {
        append(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    /// Writes a string with its quotes.
    package mutating func append(string: String) {
        var string = string
        string.withUTF8 { append(string: $0) }
    }

    /// Writes UTF-8 as a string with its quotes. Only what JSON does not allow raw is escaped.
    @inline(__always)
    package mutating func append(string utf8: UnsafeBufferPointer<UInt8>) {
        reserve(utf8.count &+ 2)
        base[count] = UInt8(ascii: "\"")
        count &+= 1
        if let source = utf8.baseAddress {
            let plain = appendPlain(source, utf8.count)
            if plain != utf8.count { appendEscaping(source + plain, utf8.count &- plain) }
        }
        base[count] = UInt8(ascii: "\"")
        count &+= 1
    }

    /// The rest of a string from its first byte that needs an escape; leaves room for the closing quote.
    @inline(never)
    private mutating func appendEscaping(_ start: UnsafePointer<UInt8>, _ length: Int) {
        var source = start
        var rest = length
        while rest > 0 {
            append(escaped: source.pointee)
            source += 1
            rest &-= 1
            reserve(rest &+ 1)
            let plain = appendPlain(source, rest)
            source += plain
            rest &-= plain
        }
    }

    package mutating func append(_ value: Bool) {
        if value { append("true") } else { append("false") }
    }

    package mutating func append(_ value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(value.magnitude)
    }

    package mutating func append(_ value: UInt64) {
        reserve(20)
        var rest = value
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits &+= 1
        }
        rest = value
        var place = count &+ digits
        count = place
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place &-= 1
            base[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest != 0
    }

    /// Writes the shortest text that reads back as the same double. What is not finite has no JSON: `null`, as in JavaScript.
    package mutating func append(_ value: Double) {
        guard value.isFinite else { return append("null") }
        var text = value.description
        text.withUTF8 { append($0) }
    }

    /// Copies bytes up to the first that needs an escape, eight at a time, into room that is reserved; returns how many.
    @inline(__always)
    private mutating func appendPlain(_ source: UnsafePointer<UInt8>, _ length: Int) -> Int {
        let target = base + count
        var done = 0
        while done &+ 8 <= length {
            let word = UnsafeRawPointer(source + done).loadUnaligned(as: UInt64.self)
            UnsafeMutableRawPointer(target + done).storeBytes(of: word, as: UInt64.self)
            let found = Self.escapes(in: word)
            if found != 0 {
                done &+= found.littleEndian.trailingZeroBitCount >> 3
                count &+= done
                return done
            }
            done &+= 8
        }
        while done < length {
            let byte = source[done]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            target[done] = byte
            done &+= 1
        }
        count &+= done
        return done
    }

    /// The high bit of the first byte that needs an escape is the lowest that is set; zero means that none does.
    @inline(__always)
    private static func escapes(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let slashes = word ^ (ones &* 0x5C)
        let controls = (word &- (ones &* 0x20)) & ~word
        return (controls | ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)) & (ones &* 0x80)
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            for digit in [byte >> 4, byte & 15] {
                append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }

    @inline(__always)
    private mutating func reserve(_ additional: Int) {
        if count &+ additional > capacity { grow(additional) }
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        let grown = max(capacity * 2, count + additional)
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
        new.update(from: base, count: count)
        base.deallocate()
        base = new
        capacity = grown
    }
}
