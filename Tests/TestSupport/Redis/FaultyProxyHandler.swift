internal import NIOCore
internal import NIOPosix
internal import Redis

/// One direction of one connection through a faulty proxy.
final class FaultyProxyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum Direction {
        case requests
        case replies
    }

    private let direction: Direction
    private let peer: any Channel
    private let link: FaultyProxyLink
    private let proxy: FaultyProxy

    private init(_ direction: Direction, to peer: any Channel, _ link: FaultyProxyLink, _ proxy: FaultyProxy) {
        self.direction = direction
        self.peer = peer
        self.link = link
        self.proxy = proxy
    }

    /// Connects `client`, which was just accepted, to the Redis behind the proxy.
    static func connect(_ client: any Channel, _ proxy: FaultyProxy) -> EventLoopFuture<Void> {
        guard proxy.accept(client) else {
            return client.close()
        }
        let link = FaultyProxyLink()
        let bootstrap = ClientBootstrap(group: client.eventLoop)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    let handler = FaultyProxyHandler(.replies, to: client, link, proxy)
                    try server.pipeline.syncOperations.addHandler(handler)
                }
            }
        let connected =
            switch proxy.upstream {
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        return connected.flatMapThrowing { server in
            let handler = FaultyProxyHandler(.requests, to: server, link, proxy)
            try client.pipeline.syncOperations.addHandler(handler)
        }.flatMap {
            client.setOption(.autoRead, value: true)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch direction {
        case .requests:
            if proxy.losesReply(to: bytes) {
                link.losesReply = true
            }
            peer.writeAndFlush(bytes, promise: nil)
        case .replies:
            pass(bytes, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if direction == .requests {
            proxy.remove(context.channel)
        }
        peer.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func pass(_ reply: ByteBuffer, _ context: ChannelHandlerContext) {
        if link.losesReply {
            peer.close(promise: nil)
            return context.close(promise: nil)
        }
        guard let delay = proxy.delayOfReply() else { return }
        guard delay > .zero else {
            return peer.writeAndFlush(reply, promise: nil)
        }
        context.eventLoop.scheduleTask(in: TimeAmount(delay)) { [peer] in
            peer.writeAndFlush(reply, promise: nil)
        }
    }
}
