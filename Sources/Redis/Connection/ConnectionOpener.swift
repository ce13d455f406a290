internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Opens connections to single servers; those that one opens share its event loop and its certificates.
struct ConnectionOpener: Sendable {
    let eventLoop: any EventLoop
    private let tls: RedisTLSProvider?

    init(tls: RedisTLS?, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.tls = tls.map { RedisTLSProvider($0) }
    }

    /// - Returns: a connection to the configuration's address, whose server has answered, after authentication.
    func open(_ configuration: RedisConfiguration) async throws(RedisError) -> RedisConnection {
        let deadline = NIODeadline.after(configuration.connectTimeout)
        let tlsContext = try tls?.get()
        let attempt = ConnectionAttempt()
        do {
            return try await withTaskCancellationHandler {
                let (connection, ready) = try await open(configuration, deadline: deadline, tlsContext, attempt)
                try await ready.get()
                return connection
            } onCancel: {
                attempt.cancel()
            }
        } catch {
            let failure = failure(error, configuration.address)
            if failure.code == .tls {
                tls?.forget()
            }
            throw failure
        }
    }

    private func open(
        _ configuration: RedisConfiguration,
        deadline: NIODeadline,
        _ tls: RedisTLSContext?,
        _ attempt: ConnectionAttempt
    ) async throws -> (RedisConnection, EventLoopFuture<Void>) {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
        let initialize: @Sendable (any Channel) -> EventLoopFuture<(RedisConnection, EventLoopFuture<Void>)> = {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try attempt.add(channel)
                try tls?.addHandler(to: channel, address: configuration.address)
                let ready = channel.eventLoop.makePromise(of: Void.self)
                do {
                    let handler = try RedisChannelHandler(configuration, deadline: deadline, ready: ready)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return (RedisConnection(channel, handler, configuration.address), ready.futureResult)
                } catch {
                    ready.fail(error)
                    throw error
                }
            }
        }
        switch configuration.address {
        case .tcp(let host, let port):
            return try await bootstrap.channelOption(.socketOption(.so_keepalive), value: 1)
                .connect(host: host, port: port, channelInitializer: initialize)
        case .unixSocket(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initialize)
        }
    }

    private func failure(_ error: any Error, _ address: RedisAddress) -> RedisError {
        if Task.isCancelled {
            return .cancelled()
        }
        if let error = error as? RedisError {
            return error
        }
        return RedisTLSContext.error(from: error, address: address)
            ?? .connectionFailed(address, because: ConnectionFailure.reason(error), underlying: error)
    }
}
