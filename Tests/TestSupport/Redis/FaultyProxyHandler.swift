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
    private var unread = ByteBuffer()

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
        var bytes = unwrapInboundIn(data)
        unread.writeBuffer(&bytes)
        while let frame = RESPFrame.next(of: &unread) {
            switch direction {
            case .requests: request(frame, context)
            case .replies: reply(frame, context)
            }
        }
        unread.discardReadBytes()
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

    private func request(_ command: ByteBuffer, _ context: ChannelHandlerContext) {
        if link.withState({ state in
            state.held != nil && state.watched?.position == .request && state.keep(command)
        }) {
            return
        }
        let decision = proxy.decide(RESPFrame.words(of: command, atMost: 3))
        if case .hold(let position) = decision {
            link.withState { $0.watched = .init(position: position, repliesBefore: $0.requests) }
            if position == .request {
                link.withState { $0.held = [command] }
                return hold(context) { [self] in send($0) }
            }
        }
        send(command)
    }

    private func send(_ command: ByteBuffer) {
        let losesReply = proxy.losesReply(to: command)
        link.withState { state in
            state.requests += 1
            if losesReply { state.losesReply = true }
        }
        peer.writeAndFlush(command, promise: nil)
    }

    private func reply(_ reply: ByteBuffer, _ context: ChannelHandlerContext) {
        let (number, watched) = link.withState { state in
            defer { state.replies += 1 }
            return (state.replies, state.watched)
        }
        if let watched, watched.repliesBefore == number {
            if reply.readableBytesView.starts(with: "-NOSCRIPT".utf8) {
                link.withState { $0.watched = nil }
                proxy.wasNotRun()
            } else if watched.position == .reply {
                link.withState { $0.held = [reply] }
                return hold(context) { [self] in pass($0, context) }
            } else {
                proxy.answered()
            }
        } else if link.withState({ state in
            state.held != nil && state.watched?.position == .reply && state.keep(reply)
        }) {
            return
        }
        pass(reply, context)
    }

    /// Keeps what the link holds back until the test lets it go.
    private func hold(_ context: ChannelHandlerContext, _ goOn: @escaping (ByteBuffer) -> Void) {
        let bound = NIOLoopBound(goOn, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        proxy.holds { [proxy, link] in
            eventLoop.execute {
                let (held, position) = link.withState { state in
                    defer { state.held = nil }
                    return (state.held ?? [], state.watched?.position)
                }
                for frame in held { bound.value(frame) }
                if position == .reply { proxy.answered() }
            }
        }
    }

    private func pass(_ reply: ByteBuffer, _ context: ChannelHandlerContext) {
        if link.withState({ $0.losesReply }) {
            peer.close(promise: nil)
            return context.close(promise: nil)
        }
        let delay = proxy.delayOfReply()
        let due = link.withState { state -> NIODeadline? in
            // Once a reply is missing, none may follow it: a stream of bytes has no holes.
            guard let delay, !state.isHalfOpen else {
                state.isHalfOpen = true
                return nil
            }
            // A reply never overtakes one that was held back longer.
            state.lastReply = max(.now() + TimeAmount(delay), state.lastReply + .nanoseconds(1))
            return state.lastReply
        }
        guard let due else { return }
        guard due > .now() else {
            return peer.writeAndFlush(reply, promise: nil)
        }
        context.eventLoop.scheduleTask(deadline: due) { [peer] in
            peer.writeAndFlush(reply, promise: nil)
        }
    }
}

extension FaultyProxyLink.State {
    /// Appends to what is held; always true.
    fileprivate mutating func keep(_ frame: ByteBuffer) -> Bool {
        held?.append(frame)
        return true
    }
}
