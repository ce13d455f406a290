import Redis
import TestSupport
import Testing

/// Timeouts and cancellation: a reply is never handed to the wrong caller.
@Suite("Giving up")
struct GivingUpTests {
    private static func clientID(_ client: RedisClient) async throws -> Int64? {
        try await eventually { try await client.call("CLIENT", "ID").int }
    }

    @Test("a command that is not answered in time closes its connection, and a late reply reaches nobody")
    func timeout() async throws {
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                var configuration = proxy.configuration
                configuration.commandTimeout = .milliseconds(50)
                try await withRedisClient(configuration) { client in
                    let id = try await Self.clientID(client)
                    proxy.swallowReplies()
                    let error = await #expect(throws: RedisError.self) {
                        try await client.call("ECHO", "a")
                    }
                    #expect(error?.code == .timeout)
                    proxy.swallowReplies(false)
                    let reply = try await eventually { try await client.call("ECHO", "b") }
                    #expect(reply.string == "b")
                    #expect(try await Self.clientID(client) != id)
                }
            }
        }
    }

    @Test("Q6: after a connection became half-open, the next command is answered on a new one")
    func halfOpen() async throws {
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                var configuration = proxy.configuration
                configuration.commandTimeout = .milliseconds(50)
                try await withRedisClient(configuration) { client in
                    for round in 0..<3 {
                        _ = try await Self.clientID(client)
                        proxy.swallowReplies()
                        let errors = await withTaskGroup(of: RedisError.Code?.self) { group in
                            for _ in 0..<10 {
                                group.addTask { await client.failure(of: RedisCommand("ECHO", "lost")) }
                            }
                            return await group.reduce(into: Set<RedisError.Code?>()) { $0.insert($1) }
                        }
                        #expect(errors.isSubset(of: [.timeout, .connectionClosed, .connectionFailed]))
                        proxy.swallowReplies(false)
                        let reply = try await eventually { try await client.call("ECHO", "\(round)") }
                        #expect(reply.string == "\(round)")
                    }
                }
            }
        }
    }

    @Test("a cancelled command closes its connection, and the next caller gets its own reply")
    func cancellation() async throws {
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                try await withRedisClient(proxy.configuration) { client in
                    let id = try await Self.clientID(client)
                    proxy.swallowReplies()
                    let abandoned = Task { await client.failure(of: RedisCommand("SET", "abandoned", "1")) }
                    while try await redis.client.call("EXISTS", "abandoned") == .integer(0) {
                        await Task.yield()
                    }
                    abandoned.cancel()
                    #expect(await abandoned.value == .cancelled)
                    proxy.swallowReplies(false)
                    #expect(try await client.call("ECHO", "mine").string == "mine")
                    #expect(try await Self.clientID(client) != id)
                }
            }
        }
    }

    @Test("a command that is cancelled while it waits for a connection is never sent")
    func cancellationWhileWaiting() async throws {
        let client = RedisClient(
            configuration: RedisConfiguration(address: .unixSocket(path: "/nonexistent/redis.sock")),
            logger: .quiet
        )
        let waiting = Task { await client.failure(of: RedisCommand("PING")) }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
    }

    @Test("replies are never swapped, whatever is cancelled meanwhile")
    func storm() async throws {
        try await withRedis { redis in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let task = Task { try await redis.client.call("ECHO", "\(number)") }
                        if number.isMultiple(of: 7) {
                            task.cancel()
                        }
                        do {
                            let reply = try await task.value
                            #expect(reply.string == "\(number)")
                        } catch let error as RedisError {
                            #expect([.cancelled, .connectionClosed].contains(error.code))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

extension RedisClient {
    /// nil: the command was answered.
    func failure(of command: RedisCommand) async -> RedisError.Code? {
        do {
            _ = try await send(command)
            return nil
        } catch {
            return error.code
        }
    }
}
