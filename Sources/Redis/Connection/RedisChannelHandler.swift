internal import NIOCore

/// Between the channel and ``ConnectionState``: reads and writes bytes, keeps the timer, resumes callers.
///
/// Everything here happens on the channel's event loop.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let configuration: RedisConfiguration
    private let ready: EventLoopPromise<Void>
    private var state: ConnectionState<RedisCaller>
    private var reader: RESPReader
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private let deadline: NIODeadline

    /// - Parameter ready: succeeds when the server accepts commands, or fails with a `RedisError`.
    init(
        _ configuration: RedisConfiguration,
        deadline: NIODeadline,
        ready: EventLoopPromise<Void>
    ) throws(RESPProtocolError) {
        self.configuration = configuration
        self.ready = ready
        self.deadline = deadline
        state = ConnectionState(
            address: configuration.address,
            handshake: ConnectionHandshake(configuration),
            deadline: deadline
        )
        reader = try RESPReader(limits: RESPLimits(configuration))
    }

    var address: RedisAddress { configuration.address }

    /// What the server calls this connection, when it says so.
    var clientID: Int64? { state.clientID }

    // MARK: - Requests

    /// Writes a request; ``flush()`` sends what was written.
    ///
    /// - Returns: false when this connection ends, and the request has to go elsewhere.
    func write(_ request: RedisRequest) -> Bool {
        guard let context else { return false }
        let content = request.content
        let action = state.send(
            request.caller,
            id: request.id,
            pipelineCount: content.pipelineCount,
            deadline: content.deadline
        )
        switch action {
        case .refuse:
            return false
        case .write(let deadline):
            content.buffers.forEach { context.write(wrapOutboundOut($0), promise: nil) }
            deadline.map(setTimer)
            return true
        }
    }

    func flush() {
        context?.flush()
    }

    /// Whether a request was written and is not answered.
    func isWaiting(id: UInt64) -> Bool {
        state.isWaiting(id: id)
    }

    /// Gives a request up, and with it the connection. Nothing happens when it was answered already.
    func cancel(id: UInt64) {
        perform(state.cancel(id: id))
    }

    func close(_ error: RedisError) {
        perform(state.close(error))
    }

    // MARK: - Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        setTimer(deadline)
        if context.channel.isActive {
            sendHandshake(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        perform(state.lost(because: "it was shut down"))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        sendHandshake(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        perform(state.lost(because: "the server closed it"))
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do {
            try buffer.withUnsafeReadableBytes { bytes in
                try reader.read(bytes) { receive($0) }
            }
        } catch let error as RESPProtocolError {
            close(.protocolViolation(configuration.address, error))
        } catch {
            perform(state.lost(because: ConnectionFailure.reason(error), underlying: error))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let tlsError = RedisTLSContext.error(
            from: error,
            address: configuration.address,
            serverName: configuration.tls?.serverName,
            pipeline: context.pipeline.syncOperations
        )
        if let tlsError {
            perform(state.close(tlsError))
        } else {
            perform(state.lost(because: ConnectionFailure.reason(error), underlying: error))
        }
    }

    // MARK: - Inside

    private func sendHandshake(_ context: ChannelHandlerContext) {
        let commands = ConnectionHandshake(configuration).commands(configuration)
        WireBuffers(commands).forEach { context.write(wrapOutboundOut($0), promise: nil) }
        context.flush()
    }

    private func receive(_ reply: RESPValue) {
        switch state.receive(reply) {
        case .none: break
        case .becomeReady: ready.succeed()
        case .complete(let caller, let reply): caller.resume(.success(reply))
        case .close(let error, let failed): close(error, failed)
        }
    }

    private func setTimer(_ deadline: NIODeadline) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.deadlinePassed()
        }
    }

    private func deadlinePassed() {
        switch state.deadlinePassed(now: .now()) {
        case .none: break
        case .wait(let deadline): setTimer(deadline)
        case .close(let error, let failed): close(error, failed)
        }
    }

    private func perform(_ action: ConnectionState<RedisCaller>.CloseAction) {
        if case .close(let error, let failed) = action {
            close(error, failed)
        }
    }

    /// Closes first: when a caller learns that its command was given up, the server cannot run it for this connection
    /// any more, unless it did already.
    private func close(_ error: RedisError, _ failed: [ConnectionState<RedisCaller>.Failed]) {
        timer?.cancel()
        context?.close(promise: nil)
        ready.fail(error)
        for request in failed {
            request.caller.resume(.failure(request.error))
        }
    }
}
