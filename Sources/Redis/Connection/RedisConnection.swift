internal import NIOCore

/// An open connection, for use from any thread.
final class RedisConnection: Sendable {
    private let channel: any Channel
    /// For code that runs on the event loop of the connection.
    let handler: NIOLoopBound<RedisChannelHandler>

    /// To be called on the event loop of `channel`.
    init(_ channel: any Channel, _ handler: RedisChannelHandler) {
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    var isOpen: Bool { channel.isActive }

    var closed: EventLoopFuture<Void> { channel.closeFuture }

    func execute(_ content: RedisRequest.Content) async throws(RedisError) -> RedisReply {
        try await RedisRequest.perform(content) { request in
            channel.eventLoop.execute { [handler] in
                if handler.value.write(request) {
                    handler.value.flush()
                } else {
                    request.resume(
                        .failure(RedisError(.connectionFailed, "The connection to Redis ended before it was used."))
                    )
                }
            }
        } cancel: { [channel, handler] id in
            channel.eventLoop.execute { handler.value.cancel(id: id) }
        }
    }

    func close(_ error: RedisError) {
        channel.eventLoop.execute { [handler] in handler.value.close(error) }
    }
}
