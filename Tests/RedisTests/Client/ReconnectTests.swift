import Redis
import TestSupport
import Testing

@Suite("Reconnecting")
struct ReconnectTests {
    private static func incremented(_ client: RedisClient) async throws -> Int64? {
        try await client.call("INCR", "k").int
    }

    @Test("Q6: after a reconnect, commands and blocking commands are answered again")
    func healthy() async throws {
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                try await withRedisClient(proxy.configuration) { client in
                    for round in 1...5 {
                        #expect(try await eventually { try await Self.incremented(client) } != nil)
                        _ = try await redis.client.call("LPUSH", "list", "\(round)")
                        let popped = try await eventually {
                            try await client.blocking(RedisCommand("BRPOP", "list", "5"), timeout: .seconds(5))
                        }
                        #expect(popped.array?.last?.string == "\(round)")
                        proxy.cutConnections()
                    }
                    #expect(proxy.connectionCount >= 9)
                }
            }
        }
    }

    @Test("Q6: after a reconnect that had to wait for the server, what waited is answered")
    func refused() async throws {
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                try await withRedisClient(proxy.configuration) { client in
                    _ = try await client.call("PING")
                    proxy.refuseConnections()
                    proxy.cutConnections()
                    try await redis.untilOnlyOneClient()
                    async let waiting = eventually { try await Self.incremented(client) }
                    async let another = eventually { try await Self.incremented(client) }
                    _ = try await redis.client.call("SET", "k", "10")
                    proxy.refuseConnections(false)
                    #expect(try await Set([waiting, another]) == [11, 12])
                }
            }
        }
    }

    @Test("a command whose reply was lost is not sent again: its caller learns that it may have run")
    func lostReply() async throws {
        try await withRedis { redis in
            try await withFaultyProxy(to: redis.configuration) { proxy in
                try await withRedisClient(proxy.configuration) { client in
                    proxy.loseReplies(toRequestsContaining: "INCR")
                    let error = await #expect(throws: RedisError.self) { try await Self.incremented(client) }
                    #expect(error?.code == .connectionClosed)
                    let stored = try await redis.client.call("GET", "k")
                    #expect(stored.int == 1)
                    #expect(try await Self.incremented(client) == 2)
                }
            }
        }
    }

    @Test("a connection that the server kills is replaced")
    func killed() async throws {
        try await withRedis { redis in
            try await withRedisClient(redis.configuration) { client in
                let id = try await client.call("CLIENT", "ID")
                _ = try await redis.client.call("CLIENT", "KILL", "ID", "\(id.int ?? 0)")
                let next = try await eventually { try await client.call("CLIENT", "ID") }
                #expect(next != id)
            }
        }
    }

    @Test("a server that was restarted is found again, scripts included")
    func restarted() async throws {
        let script = RedisScript(name: "add", source: "return redis.call('INCR', KEYS[1])")
        try await withTemporaryDirectory { directory in
            let configuration = try RedisServer.configuration(directory: directory)
            try await withRedisClient(configuration) { client in
                for _ in 0..<2 {
                    try await withRedisServer(directory: directory) { _ in
                        let reply = try await eventually { try await client.evaluate(script, keys: ["k"]) }
                        #expect(reply == .integer(1))
                    }
                }
            }
        }
    }

    @Test("without a server, a command fails when its time is over, and says where nothing listens")
    func unreachable() async throws {
        var configuration = RedisConfiguration(address: .unixSocket(path: "/nonexistent/redis.sock"))
        configuration.commandTimeout = .milliseconds(20)
        try await withRedisClient(configuration) { client in
            let error = await #expect(throws: RedisError.self) { try await client.call("PING") }
            #expect(error?.code == .connectionFailed)
            #expect(error?.message.contains("/nonexistent/redis.sock") == true)
        }
    }

    @Test("a client that nobody runs says so in time")
    func notRunning() async throws {
        var configuration = RedisConfiguration(address: .unixSocket(path: "/nonexistent/redis.sock"))
        configuration.commandTimeout = .milliseconds(20)
        let client = RedisClient(configuration: configuration, logger: .quiet)
        let error = await #expect(throws: RedisError.self) { try await client.call("PING") }
        #expect(error?.code == .connectionFailed)
    }
}
