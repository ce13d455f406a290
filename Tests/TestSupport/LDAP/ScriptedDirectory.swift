internal import NIOCore
internal import NIOPosix

/// A server of LDAP's framing alone: it reads whole messages (RFC 4511, 4.1.1), and a test says what is answered.
package enum ScriptedDirectory {
    /// Gives the bytes that answer a message; none for a message that is not answered.
    package typealias Script = @Sendable ([UInt8]) -> [UInt8]

    /// Runs `body` with the server's URL.
    package static func with<Result>(
        _ script: @escaping Script,
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(MessageHandler(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        defer { channel.close(promise: nil) }
        guard let port = channel.localAddress?.port else { throw Unexpected() }
        return try await body("ldap://127.0.0.1:\(port)")
    }
}

private final class MessageHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: ScriptedDirectory.Script
    private var received: [UInt8] = []

    init(_ script: @escaping ScriptedDirectory.Script) {
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Self.unwrapInboundIn(data).readableBytesView
        while let length = Self.messageLength(received), length <= received.count {
            let answer = script(Array(received.prefix(length)))
            received.removeFirst(length)
            guard !answer.isEmpty else { continue }
            context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
        }
    }

    /// Of the message at the start, its tag and length included; nil as long as its length is not there.
    private static func messageLength(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        guard bytes[1] & 0x80 != 0 else { return 2 + Int(bytes[1]) }
        let count = Int(bytes[1] & 0x7F)
        guard bytes.count >= 2 + count else { return nil }
        return 2 + count + bytes[2..<(2 + count)].reduce(0) { $0 << 8 | Int($1) }
    }
}
