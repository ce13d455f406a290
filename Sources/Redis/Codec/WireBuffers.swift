internal import NIOCore

/// Encoded commands on their way to the socket: small ones are joined in one buffer, large ones stay where they are.
struct WireBuffers: Sendable, Equatable {
    /// Copying less than this is cheaper than a buffer more to write.
    private static let joinLimit = 4_096

    private var complete: [ByteBuffer] = []
    private var last: ByteBuffer

    init(_ command: RedisCommand) {
        last = ByteBufferAllocator().buffer(capacity: Self.room(for: command))
        append(command)
    }

    init(_ commands: [RedisCommand]) {
        last = ByteBufferAllocator().buffer(capacity: commands.reduce(0) { $0 + Self.room(for: $1) })
        for command in commands {
            append(command)
        }
    }

    func forEach(_ body: (ByteBuffer) -> Void) {
        for buffer in complete {
            body(buffer)
        }
        if last.readableBytes > 0 {
            body(last)
        }
    }

    private mutating func append(_ command: RedisCommand) {
        last.writeWithUnsafeMutableBytes(minimumWritableBytes: RESPInteger.frameLimit) { target in
            target.baseAddress.map { RESPInteger.writeFrame(command.argumentCount, marker: "*", to: $0) } ?? 0
        }
        if command.encodedArguments.readableBytes <= Self.joinLimit {
            last.writeImmutableBuffer(command.encodedArguments)
        } else {
            complete.append(last)
            complete.append(command.encodedArguments)
            last = ByteBuffer()
        }
    }

    private static func room(for command: RedisCommand) -> Int {
        let size = command.encodedArguments.readableBytes
        return RESPInteger.frameLimit + (size <= joinLimit ? size : 0)
    }
}
