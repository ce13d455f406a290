import NIOCore
import NIOPosix

/// A connection on which a test sends bytes as it likes.
struct RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static func with<Result>(port: Int, _ body: (Session) async throws -> Result) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(Session(inbound: inbound, outbound: outbound))
        }
    }

    struct Session {
        let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

        func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

        /// All that comes until the server closes the connection.
        func rest() async -> String {
            var text = ""
            do {
                for try await part in inbound { text += String(buffer: part) }
            } catch {}
            return text
        }
    }
}
