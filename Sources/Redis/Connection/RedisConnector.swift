internal import NIOCore

/// Opens connections as a configuration says: to its server, or to the master that its sentinels name now.
struct RedisConnector: Sendable {
    let configuration: RedisConfiguration
    /// nil: the configuration's address is the server.
    let sentinels: Sentinels?
    private let opener: ConnectionOpener

    var eventLoop: any EventLoop { opener.eventLoop }

    init(_ configuration: RedisConfiguration, _ opener: ConnectionOpener) {
        self.configuration = configuration
        self.opener = opener
        sentinels = Sentinels(configuration, opener)
    }

    /// - Returns: a connection whose server has answered, after authentication.
    func connect() async throws(RedisError) -> RedisConnection {
        guard let sentinels else { return try await opener.open(configuration) }
        let master = try await sentinels.master()
        return try await opener.open(configuration.server(at: master, requiresMaster: true))
    }
}
