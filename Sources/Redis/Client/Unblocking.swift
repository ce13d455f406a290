internal import NIOCore

/// Gives a blocking command up without losing what it may have popped.
///
/// Closing its connection would not do: a server that reads the end of the connection together with the next push still
/// gives the item to the pop (seen with Redis 7.0, in one of twenty). So the server is told first, by `CLIENT UNBLOCK`
/// on the shared connection. It answers the command with null, or with what it popped before. Only when there is no
/// answer, or no way to ask, the connection is closed.
///
/// Lives on the event loop of the connections.
final class Unblocking {
    private static let timeout = Duration.seconds(1)
    private static let pause = Duration.milliseconds(5)

    private let request: UInt64
    private let connection: RedisChannelHandler
    private let connector: RedisConnector
    private let shared: SharedConnection

    init(
        request: UInt64,
        on connection: RedisChannelHandler,
        _ connector: RedisConnector,
        _ shared: SharedConnection
    ) {
        self.request = request
        self.connection = connection
        self.connector = connector
        self.shared = shared
    }

    func begin() {
        ask()
        connector.eventLoop.assumeIsolated().scheduleTask(deadline: .after(Self.timeout)) {
            self.close()
        }
    }

    private func ask() {
        guard connection.isWaiting(id: request) else { return }
        guard let clientID = connection.clientID else { return close() }
        let this = NIOLoopBound(self, eventLoop: connector.eventLoop)
        let command = RedisCommand("CLIENT", "UNBLOCK", "\(clientID)")
        let content = RedisRequest.Content(command, timeout: connector.configuration.commandTimeout)
        guard shared.sendNow(RedisRequest(content) { this.value.answered($0) }, to: connection.address) else {
            return close()
        }
    }

    private func answered(_ result: Result<RedisReply, RedisError>) {
        switch result {
        case .success(.one(.integer(0))):
            // The server has not read the command yet, or has answered it.
            connector.eventLoop.assumeIsolated().scheduleTask(deadline: .after(Self.pause)) {
                self.ask()
            }
        case .success(.one(.integer)):
            break
        case .success, .failure:
            close()
        }
    }

    private func close() {
        connection.cancel(id: request)
    }
}
