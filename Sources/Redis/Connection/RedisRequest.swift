internal import NIOCore
internal import Synchronization

/// What a caller wants sent, and whom its reply goes to.
struct RedisRequest: Sendable {
    /// What goes over the wire, and how long its sender waits.
    struct Content: Sendable {
        let buffers: WireBuffers
        /// nil: a single command, answered by ``RedisReply/one(_:)``.
        var pipelineCount: Int?
        let deadline: NIODeadline
    }

    let id: UInt64
    let content: Content
    let caller: RedisCaller

    /// A request for a caller that is not a task: it cannot be cancelled.
    init(_ content: Content, _ handle: @escaping @Sendable (Result<RedisReply, RedisError>) -> Void) {
        id = Self.nextID()
        self.content = content
        caller = .handler(handle)
    }

    private init(id: UInt64, _ content: Content, _ caller: RedisCaller) {
        self.id = id
        self.content = content
        self.caller = caller
    }

    private static let lastID = Atomic<UInt64>(0)

    private static func nextID() -> UInt64 {
        lastID.wrappingAdd(1, ordering: .relaxed).newValue
    }
}

extension RedisRequest.Content {
    init(_ command: RedisCommand, timeout: Duration) {
        self.init(buffers: WireBuffers(command), deadline: .after(timeout))
    }

    /// One command is answered alone, several as a pipeline.
    init(_ commands: [RedisCommand], timeout: Duration) {
        if commands.count == 1 {
            self.init(commands[0], timeout: timeout)
        } else {
            self.init(pipeline: commands, timeout: timeout)
        }
    }

    init(pipeline commands: [RedisCommand], timeout: Duration) {
        self.init(buffers: WireBuffers(commands), pipelineCount: commands.count, deadline: .after(timeout))
    }
}

extension NIODeadline {
    /// Durations beyond a year count as a year: more would overflow.
    static func after(_ duration: Duration) -> NIODeadline {
        now() + TimeAmount(min(duration, .seconds(365 * 86_400)))
    }
}

extension RedisRequest {
    /// Waits for the reply to `content`.
    ///
    /// - Parameters:
    ///   - submit: passes the request on to the connection that resumes it.
    ///   - cancel: gives the request of this id up. It runs after `submit`, and perhaps more than once.
    static func perform(
        _ content: Content,
        submit: (RedisRequest) -> Void,
        cancel: @escaping @Sendable (UInt64) -> Void
    ) async throws(RedisError) -> RedisReply {
        guard !Task.isCancelled else { throw .cancelled() }
        let id = nextID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit(RedisRequest(id: id, content, .task(continuation)))
                // A cancellation before this line went unheard: there was no request yet.
                if Task.isCancelled {
                    cancel(id)
                }
            }
        } onCancel: {
            cancel(id)
        }
        return try result.get()
    }
}
