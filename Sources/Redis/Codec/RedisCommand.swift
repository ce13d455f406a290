internal import NIOCore

/// One command, whose arguments are encoded as they are appended, straight into the buffer that goes to the socket.
package struct RedisCommand: Sendable {
    /// The first word, for messages. Arguments are not shown: they may hold secrets.
    package let name: String
    package private(set) var argumentCount = 0
    /// The arguments, encoded. The count that precedes them on the wire is known only at the end; see ``WireBuffers``.
    private(set) var encodedArguments: ByteBuffer

    /// - Parameter capacity: bytes that the arguments are expected to take, so that the buffer grows once.
    package init(_ name: String, capacity: Int = 0) {
        self.name = name
        encodedArguments = ByteBufferAllocator().buffer(capacity: name.utf8.count + max(capacity, 48))
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

    package mutating func reserveCapacity(_ bytes: Int) {
        encodedArguments.reserveCapacity(minimumWritableBytes: bytes)
    }

    /// Bytes on the wire.
    package var byteCount: Int { RESPInteger.frameLength(argumentCount) + encodedArguments.readableBytes }
}

// MARK: - Arguments

extension RedisCommand {
    package mutating func append(_ raw: UnsafeRawBufferPointer) {
        let limit = RESPInteger.frameLimit + raw.count + RESPInteger.lineEndLength
        encodedArguments.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { target in
            guard let start = target.baseAddress else { return 0 }
            var count = RESPInteger.writeFrame(raw.count, marker: "$", to: start)
            if let bytes = raw.baseAddress {
                (start + count).copyMemory(from: bytes, byteCount: raw.count)
                count += raw.count
            }
            RESPInteger.writeLineEnd(to: start + count)
            return count + RESPInteger.lineEndLength
        }
        argumentCount += 1
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
            guard let start = scratch.baseAddress else { return }
            append(UnsafeRawBufferPointer(start: start, count: RESPInteger.writeDecimal(value, to: start)))
        }
    }

    package mutating func append(_ value: Int) {
        append(Int64(value))
    }

    /// Appends eight bytes, the highest first, as digests are stored.
    package mutating func append(bigEndian value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { append($0) }
    }

    /// Appends one argument that `body` writes piece by piece, so that nobody has to join the pieces first. Nothing is
    /// appended when `body` throws.
    ///
    /// - Parameter expectedBytes: its length where it is known. A length with another number of digits costs one move
    ///   of the argument inside the buffer.
    package mutating func append<Failure: Error>(
        expectedBytes: Int = 0,
        _ body: (inout RedisArgumentWriter) throws(Failure) -> Void
    ) throws(Failure) {
        var writer = RedisArgumentWriter(taking: &encodedArguments, expectedBytes: expectedBytes)
        do {
            try body(&writer)
        } catch {
            encodedArguments = writer.discard()
            throw error
        }
        encodedArguments = writer.finish()
        argumentCount += 1
    }
}
