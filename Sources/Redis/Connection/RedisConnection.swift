internal import NIOCore

/// An open connection, for use from any thread.
final class RedisConnection: Sendable {
    let address: RedisAddress
    private let channel: any Channel
    /// For code that runs on the event loop of the connection.
    let handler: NIOLoopBound<RedisChannelHandler>

    /// To be called on the event loop of `channel`.
    init(_ channel: any Channel, _ handler: RedisChannelHandler, _ address: RedisAddress) {
        self.address = address
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    var isOpen: Bool { channel.isActive }

    var closed: EventLoopFuture<Void> { channel.closeFuture }

    /// - Parameter cancel: how a request of this id is given up, on the event loop, when its task is cancelled.
    func execute(
        _ content: RedisRequest.Content,
        cancel: @escaping @Sendable (RedisChannelHandler, UInt64) -> Void = { $0.cancel(id: $1) }
    ) async throws(RedisError) -> RedisReply {
        try await RedisRequest.perform(content) { request in
            channel.eventLoop.execute { [handler] in
                if handler.value.write(request) {
                    handler.value.flush()
                } else {
                    request.caller.resume(.failure(.endedBeforeUse()))
                }
            }
        } cancel: { [channel, handler] id in
            channel.eventLoop.execute { cancel(handler.value, id) }
        }
    }

    func close(_ error: RedisError) {
        channel.eventLoop.execute { [handler] in handler.value.close(error) }
    }
}
