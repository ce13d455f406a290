internal import NIOCore

/// Hands on what a server sends, as it comes.
final class ReceivedText: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let read: (String) -> Void

    init(_ read: @escaping (String) -> Void) {
        self.read = read
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        read(String(buffer: unwrapInboundIn(data)))
    }
}
