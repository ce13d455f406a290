internal import NIOCore
internal import NIOPosix
package import Redis
internal import Synchronization

/// Stands between a client and a Redis, and fails as networks do.
package final class FaultyProxy: Sendable {
    /// How a client reaches the Redis through the proxy.
    package let configuration: RedisConfiguration
    let upstream: RedisAddress
    private let state = Mutex(FaultyProxyState())

    init(upstream: RedisConfiguration, socketPath: String) {
        self.upstream = upstream.address
        var configuration = upstream
        configuration.address = .unixSocket(path: socketPath)
        self.configuration = configuration
    }

    // MARK: - Faults

    /// Forwards the next requests that contain `text`, and cuts their connection before the reply: the Redis ran them,
    /// and the client cannot know.
    package func loseReplies(toRequestsContaining text: String, count: Int = 1) {
        state.withLock { $0.lossy = FaultyProxyState.Lossy(text: Array(text.utf8), remaining: count) }
    }

    /// Half-open connections: requests are forwarded, replies never come.
    package func swallowReplies(_ isSwallowing: Bool = true) {
        state.withLock { $0.isSwallowing = isSwallowing }
    }

    /// Holds each reply back.
    package func delayReplies(by duration: Duration) {
        state.withLock { $0.delay = duration }
    }

    /// Closes connections as soon as they are made.
    package func refuseConnections(_ isRefusing: Bool = true) {
        state.withLock { $0.isRefusing = isRefusing }
    }

    /// Closes every open connection.
    package func cutConnections() {
        for channel in state.withLock({ $0.channels.values }) {
            channel.close(promise: nil)
        }
    }

    /// Connections that clients have made so far.
    package var connectionCount: Int { state.withLock { $0.connectionCount } }

    // MARK: - For the handlers

    func accept(_ channel: any Channel) -> Bool {
        state.withLock { $0.accept(channel) }
    }

    func remove(_ channel: any Channel) {
        state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
    }

    func losesReply(to request: ByteBuffer) -> Bool {
        state.withLock { $0.losesReply(to: request) }
    }

    /// nil: the reply is swallowed.
    func delayOfReply() -> Duration? {
        state.withLock { $0.isSwallowing ? nil : $0.delay }
    }
}

/// Runs `body` with a proxy in front of the Redis of `configuration`.
package func withFaultyProxy<Result>(
    to configuration: RedisConfiguration,
    _ body: (FaultyProxy) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let proxy = FaultyProxy(upstream: configuration, socketPath: "\(directory)/proxy.sock")
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { FaultyProxyHandler.connect($0, proxy) }
            .bind(unixDomainSocketPath: "\(directory)/proxy.sock")
            .get()
        do {
            let result = try await body(proxy)
            try await close(server, proxy)
            return result
        } catch {
            try await close(server, proxy)
            throw error
        }
    }
}

private func close(_ server: any Channel, _ proxy: FaultyProxy) async throws {
    try await server.close()
    proxy.cutConnections()
}
