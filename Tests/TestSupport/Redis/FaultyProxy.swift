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

    // MARK: - Holding a call

    /// Holds the next call whose first words are such, and what follows it on its connection.
    ///
    /// - Parameter earlier: how many such calls pass before it.
    package func hold(
        _ position: CallPosition,
        after earlier: Int = 0,
        where matches: @escaping @Sendable ([String]) -> Bool
    ) {
        state.withLock { $0.gate = CallGate(position, earlier: earlier, matches: matches) }
    }

    /// Whether the call has come and is held: at `reply`, Redis has run it.
    package var isHolding: Bool { state.withLock { $0.gate?.release != nil } }

    /// Lets the call go on its way, if its connection is still there.
    package func letGo() {
        state.withLock { state in
            defer { state.gate?.release = nil }
            return state.gate?.release
        }?()
    }

    /// Lets the call go that is held, and holds another from that moment on.
    package func letGo(
        holding position: CallPosition,
        where matches: @escaping @Sendable ([String]) -> Bool
    ) {
        state.withLock { state in
            defer { state.gate = CallGate(position, earlier: 0, matches: matches) }
            return state.gate?.release
        }?()
    }

    /// Whether the call that was held has been answered since.
    package var isAnswered: Bool { state.withLock { $0.gate?.isAnswered ?? false } }

    /// The digests of all scripts that were called so far.
    package var scripts: Set<String> { state.withLock { $0.scripts } }

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

    func decide(_ words: [String]) -> CallGate.Decision {
        state.withLock { state in
            if words.count > 1, words[0] == "EVALSHA" { state.scripts.insert(words[1]) }
            return state.gate?.decide(words) ?? .pass
        }
    }

    func holds(_ release: @escaping @Sendable () -> Void) {
        state.withLock { $0.gate?.release = release }
    }

    func wasNotRun() {
        state.withLock { $0.gate?.wasNotRun() }
    }

    func answered() {
        state.withLock { $0.gate?.answered() }
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
