internal import NIOCore

/// One command, encoded straight into the buffer that goes to the socket.
///
/// The count of arguments stands at the front and is known only at the end. So its header is kept right-aligned in
/// room set aside for it, and is counted up in place: the value is complete after each append, and is sent without a copy.
package struct RedisCommand: Sendable {
    /// Longest header: `*`, ten digits, CR LF, and what rounds it up.
    private static let headroom = 16

    private var buffer: ByteBuffer
    /// The first word, for messages. Arguments are not shown: they may hold secrets.
    package let name: String
    package private(set) var argumentCount = 0

    /// - Parameter capacity: bytes that the arguments are expected to take, so that the buffer grows once.
    package init(_ name: String, capacity: Int = 0) {
        self.name = name
        buffer = ByteBufferAllocator().buffer(capacity: Self.headroom + name.utf8.count + max(capacity, 48))
        buffer.writeRepeatingByte(0, count: Self.headroom)
        writeHeader()
        append(name)
    }

    package init(_ name: String, _ arguments: String...) {
        self.init(name, arguments: arguments)
    }

    package init(_ name: String, arguments: some Collection<String>) {
        self.init(name, capacity: arguments.reduce(0) { $0 + $1.utf8.count + 12 })
        for argument in arguments {
            append(argument)
        }
    }

    /// Bytes on the wire.
    package var byteCount: Int { wireBytes.readableBytes }

    /// The encoded command, a slice of the one buffer.
    var wireBytes: ByteBuffer {
        var slice = buffer
        slice.moveReaderIndex(to: Self.headroom - RESPInteger.frameLength(argumentCount))
        return slice
    }

    package mutating func reserveCapacity(_ bytes: Int) {
        buffer.reserveCapacity(minimumWritableBytes: bytes)
    }
}

// MARK: - Arguments

extension RedisCommand {
    package mutating func append(_ raw: UnsafeRawBufferPointer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: raw.count + RESPInteger.framingLimit) { target in
            let start = RESPInteger.write(raw.count, marker: "$", to: target)
            guard !raw.isEmpty else {
                return RESPInteger.writeLineEnd(at: start, to: target)
            }
            UnsafeMutableRawBufferPointer(rebasing: target[start...]).copyMemory(from: raw)
            return RESPInteger.writeLineEnd(at: start + raw.count, to: target)
        }
        countArgument()
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { append($0) }
    }

    package mutating func append(_ text: String) {
        if text.utf8.withContiguousStorageIfAvailable({ append(UnsafeRawBufferPointer($0)) }) == nil {
            append(Array(text.utf8))
        }
    }

    package mutating func append(_ text: Substring) {
        if text.utf8.withContiguousStorageIfAvailable({ append(UnsafeRawBufferPointer($0)) }) == nil {
            append(Array(text.utf8))
        }
    }

    /// Appends the integer in decimal.
    package mutating func append(_ value: Int64) {
        withUnsafeTemporaryAllocation(byteCount: RESPInteger.digitLimit, alignment: 1) { scratch in
            let count = RESPInteger.writeDecimal(value, to: scratch)
            append(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
        }
    }

    package mutating func append(_ value: Int) {
        append(Int64(value))
    }

    /// Appends eight bytes, big-endian, as digests are stored.
    package mutating func append(bigEndian value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { append($0) }
    }

    /// Appends one argument that `body` writes piece by piece, so that nobody has to join the pieces first.
    ///
    /// - Parameter expectedBytes: its length where it is known. A length with another number of digits costs one move
    ///   of the argument inside the buffer.
    package mutating func append<Failure: Error>(
        expectedBytes: Int = 0,
        _ body: (inout RedisArgumentWriter) throws(Failure) -> Void
    ) throws(Failure) {
        var writer = RedisArgumentWriter(taking: &buffer, expectedBytes: expectedBytes)
        do {
            try body(&writer)
        } catch {
            buffer = writer.discard()
            throw error
        }
        buffer = writer.finish()
        countArgument()
    }

    private mutating func countArgument() {
        argumentCount += 1
        writeHeader()
    }

    private mutating func writeHeader() {
        let start = Self.headroom - RESPInteger.frameLength(argumentCount)
        buffer.withUnsafeMutableReadableBytes { bytes in
            let header = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<Self.headroom])
            _ = RESPInteger.write(argumentCount, marker: "*", to: header)
        }
    }
}
