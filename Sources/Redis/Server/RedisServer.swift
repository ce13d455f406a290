package import Logging
internal import NIOPosix
internal import Subprocess
internal import SystemPackage

/// A private `redis-server`: a child process that listens on a unix socket, in a directory that it alone uses.
package enum RedisServer {
    private enum Event<Result: Sendable>: Sendable {
        case bodyEnded(Swift.Result<Result, any Error>)
        case serverEnded(Swift.Result<TerminationStatus, any Error>)
    }

    /// Runs `body` while the server runs, and stops the server after it, however it ends.
    ///
    /// Cancelling the task cancels `body`; the server runs until `body` has returned. When the server dies by itself,
    /// `body` is cancelled.
    ///
    /// - Parameters:
    ///   - directory: holds the data, the socket and a lock. It is created, for this user only.
    ///   - body: gets what reaches the server.
    /// - Throws: ``RedisError/Code/privateServer`` when the program is missing, the directory is in use, or the server
    ///   dies; otherwise what `body` throws.
    package static func with<Result: Sendable>(
        directory: String,
        options: RedisServerOptions = RedisServerOptions(),
        logger: Logger,
        body: @escaping @Sendable (RedisConfiguration) async throws -> Result
    ) async throws -> Result {
        let home = try RedisServerDirectory(directory)
        var logger = logger
        logger[metadataKey: RedisLogKey.directory] = "\(home.path)"
        let lock = try RedisServerLock.acquire(home)
        defer { lock.release() }
        try await RedisServerLeftover(directory: home, logger: logger).stop(within: options.stopTimeout)

        let output = RedisServerOutput(logger)
        let process = RedisServerProcess(directory: home, options: options, output: output)
        return try await run(process, configuration(home), body)
    }

    /// What reaches the private server of a directory, if one runs there.
    package static func configuration(directory: String) throws(RedisError) -> RedisConfiguration {
        configuration(try RedisServerDirectory(directory))
    }

    private static func configuration(_ home: RedisServerDirectory) -> RedisConfiguration {
        RedisConfiguration(address: .unixSocket(path: home.socketPath.string))
    }

    private static func run<Result: Sendable>(
        _ process: RedisServerProcess,
        _ configuration: RedisConfiguration,
        _ body: @escaping @Sendable (RedisConfiguration) async throws -> Result
    ) async throws -> Result {
        let (stop, stopper) = AsyncStream.makeStream(of: Never.self)
        // Not a child task: the server must not end with the caller's cancellation, but after `body` has ended. It is
        // awaited in the group, on every path.
        let server = Task { try await process.run(until: stop) }
        let ending = await withTaskGroup(of: Event<Result>.self) { group -> Swift.Result<Result, any Error> in
            group.addTask {
                .serverEnded(await server.result)
            }
            group.addTask {
                defer { stopper.finish() }
                do {
                    try await process.waitUntilReady(configuration)
                    return .bodyEnded(.success(try await body(configuration)))
                } catch {
                    return .bodyEnded(.failure(error))
                }
            }
            var result: Swift.Result<Result, any Error>?
            var death: RedisError?
            var diedFirst = false
            for await event in group {
                switch event {
                case .bodyEnded(let ended): result = ended
                case .serverEnded(let status):
                    diedFirst = result == nil
                    death = process.death(status, wasStopped: !diedFirst)
                }
                // Ends `body` when the server was the first.
                group.cancelAll()
            }
            if diedFirst, let death { return .failure(death) }
            return Self.ending(result ?? .failure(RedisError.shutdown()), death, process)
        }
        return try ending.get()
    }

    /// A server that dies makes its users fail, at times before its death is noticed: then its death is the reason.
    private static func ending<Result>(
        _ result: Swift.Result<Result, any Error>,
        _ death: RedisError?,
        _ process: RedisServerProcess
    ) -> Swift.Result<Result, any Error> {
        guard let death else { return result }
        if case .failure(let error) = result, error is RedisError || error is CancellationError {
            return .failure(death)
        }
        process.output.note(death)
        return result
    }
}
