internal import NIOPosix
internal import Subprocess
internal import SystemPackage

extension RedisServerProcess {
    /// Returns when the server answers commands; it does not while it reads its data.
    func waitUntilReady(_ configuration: RedisConfiguration) async throws {
        let connector = RedisConnector(
            configuration,
            ConnectionOpener(tls: configuration.tls, eventLoop: MultiThreadedEventLoopGroup.singleton.next())
        )
        let deadline = ContinuousClock.now + options.startTimeout
        var pause = Duration.milliseconds(2)
        var notice: ContinuousClock.Instant? = .now + Self.silence
        while let failure = await failureToConnect(connector) {
            guard failure.code == .connectionFailed else { throw failure }
            if let time = notice, ContinuousClock.now > time {
                notice = nil
                output.waiting(because: failure)
            }
            guard ContinuousClock.now < deadline else {
                throw RedisError(
                    .privateServer,
                    "The private Redis did not answer within \(options.startTimeout). \(output.lastLines)",
                    underlying: failure
                )
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// After this time it is said what the start waits for.
    private static let silence = Duration.seconds(3)

    private func failureToConnect(_ connector: RedisConnector) async -> RedisError? {
        do {
            try await connector.connect().close(.shutdown())
            return nil
        } catch {
            return error
        }
    }

    private static let toGoOn = "Its data are kept there: start again to go on."

    /// - Returns: nil when the server ended because it was stopped.
    func death(_ status: Result<TerminationStatus, any Error>, wasStopped: Bool) -> RedisError? {
        switch status {
        case .success(.exited(0)) where wasStopped:
            nil
        case .success(.exited(0)):
            RedisError(.privateServer, "The private Redis in \(directory.path) exited with code 0. \(Self.toGoOn)")
        case .success(.exited(let code)):
            RedisError(
                .privateServer,
                "The private Redis in \(directory.path) exited with code \(code). \(output.lastLines)"
            )
        case .success(.signaled(let signal)):
            RedisError(
                .privateServer,
                "The private Redis in \(directory.path) was ended by signal \(signal). \(Self.toGoOn)"
            )
        case .failure(let error as SubprocessError) where error.code == .executableNotFound:
            RedisError(
                .privateServer,
                """
                The program \(options.executable) for a private Redis was not found. Install it \
                (Debian: apt-get install redis-server), or name a Redis by its URL.
                """,
                underlying: error
            )
        case .failure(let error):
            RedisError(.privateServer, "\(options.executable) could not be started: \(error)", underlying: error)
        }
    }
}
