internal import Logging
package import Redis

/// A private Redis that a test has to itself, and a running client of it.
package struct TestRedis: Sendable {
    package let client: RedisClient
    package let configuration: RedisConfiguration
}

/// Runs `body` with an empty Redis in a temporary directory, which is stopped and removed afterwards, also when `body`
/// throws. A server that is not installed is an error that says so.
///
/// - Parameter arguments: for ``TestServer``. Nothing is kept on disk unless they ask for it.
package func withRedis<Result>(
    arguments: [String] = [],
    configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (TestRedis) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        try await withRedisServer(directory: directory, arguments: arguments) { configuration in
            var configuration = configuration
            configure(&configuration)
            return try await withRedisClient(configuration) { client in
                try await body(TestRedis(client: client, configuration: configuration))
            }
        }
    }
}

/// Runs `body` with a private Redis in `directory`.
package func withRedisServer<Result>(
    directory: String,
    arguments: [String] = [],
    _ body: (RedisConfiguration) async throws -> Result
) async throws -> Result {
    var options = RedisServerOptions()
    options.executable = TestServer.executable
    options.isDurable = false
    options.arguments = ["--enable-debug-command", "local"] + arguments
    let (started, starter) = AsyncThrowingStream.makeStream(of: RedisConfiguration.self)
    return try await withThrowingTaskGroup(of: Void.self) { [options] group in
        group.addTask {
            do {
                try await RedisServer.with(directory: directory, options: options, logger: .quiet) { configuration in
                    starter.yield(configuration)
                    await untilCancelled()
                }
            } catch  where !Task.isCancelled {
                starter.finish(throwing: error)
            }
        }
        var iterator = started.makeAsyncIterator()
        guard let configuration = try await iterator.next() else {
            throw RedisError(.privateServer, "The private Redis ended before it was used.")
        }
        defer { group.cancelAll() }
        return try await body(configuration)
    }
}

/// Runs `body` with a client that connects as `configuration` says.
package func withRedisClient<Result>(
    _ configuration: RedisConfiguration,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = RedisClient(configuration: configuration, logger: .quiet)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        return try await body(client)
    }
}

private func untilCancelled() async {
    let (forever, _) = AsyncStream.makeStream(of: Never.self)
    for await _ in forever {}
}
