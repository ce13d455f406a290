internal import NIOCore
internal import Synchronization

/// The one connection that commands share, from its first opening to the last, as seen from any thread.
final class SharedConnection: Sendable {
    private let eventLoop: any EventLoop
    private let inbox = Mutex(RequestInbox())
    private let queue: NIOLoopBoundBox<CommandQueue>

    private let open = Atomic(false)

    /// - Parameters:
    ///   - place: what it connects to, for messages.
    ///   - isPatient: whether requests wait for the next attempt to connect when one has failed.
    init(place: String, isPatient: Bool, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        queue = .makeBoxSendingValue(
            CommandQueue(place: place, isPatient: isPatient, eventLoop: eventLoop),
            eventLoop: eventLoop
        )
    }

    /// Whether there is a connection.
    var isOpen: Bool { open.load(ordering: .relaxed) }

    func execute(_ content: RedisRequest.Content) async throws(RedisError) -> RedisReply {
        try await RedisRequest.perform(content) { request in
            submit(request)
        } cancel: { [eventLoop, queue] id in
            eventLoop.execute { queue.value.cancel(id: id) }
        }
    }

    /// Serves requests with `connection` until it ends.
    func serve(with connection: RedisConnection) async {
        open.store(true, ordering: .relaxed)
        eventLoop.execute { [queue] in queue.value.connected(connection.handler.value) }
        // Fails only when the event loop is gone, and with it the connection.
        try? await connection.closed.get()
        open.store(false, ordering: .relaxed)
        eventLoop.execute { [queue] in queue.value.disconnected() }
    }

    /// To be called on the event loop.
    ///
    /// - Returns: false when there is no connection to that server now; the request is not kept then.
    func sendNow(_ request: RedisRequest, to address: RedisAddress) -> Bool {
        queue.value.sendNow(request, to: address)
    }

    func connectionFailed(_ error: RedisError) {
        eventLoop.execute { [queue] in queue.value.connectionFailed(error) }
    }

    /// Fails what waits and what comes, and closes the connection. Returns when that, and all that was asked of the event
    /// loop before, is done.
    func stop() async {
        // Fails only when the event loop is gone, and with it the connection.
        try? await eventLoop.submit { [queue] in queue.value.stop() }.get()
    }

    private func submit(_ request: RedisRequest) {
        guard inbox.withLock({ $0.add(request) }) else { return }
        eventLoop.execute { [self] in
            queue.value.send(inbox.withLock { $0.takeAll() })
        }
    }
}
