internal import NIOCore

/// Hands on what a server sends, as it comes.
final class ReceivedBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let read: (ByteBuffer) -> Void

    init(_ read: @escaping (ByteBuffer) -> Void) {
        self.read = read
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        read(unwrapInboundIn(data))
    }
}
