import Redis
import TestSupport
import Testing

@Suite("BlockingPool")
struct BlockingPoolTests {
    private static func pop(_ client: RedisClient, seconds: Double = 30) async throws -> String? {
        try await client.blocking(RedisCommand("BLPOP", "list", "\(seconds)"), timeout: .seconds(seconds))
            .array?.last?.string
    }

    @Test("a command that blocks holds nobody else up")
    func apart() async throws {
        try await withRedis { redis in
            async let popped = Self.pop(redis.client)
            try await redis.untilBlocked(1)
            #expect(try await redis.client.call("LPUSH", "list", "a") == .integer(1))
            #expect(try await popped == "a")
        }
    }

    @Test("a blocking command that waited in vain is answered with null, and its connection is used again")
    func inVain() async throws {
        try await withRedis { redis in
            for _ in 0..<3 {
                #expect(try await Self.pop(redis.client, seconds: 0.01) == nil)
            }
            let clients = try await redis.client.call("CLIENT", "LIST").string
            #expect(clients?.split(separator: "\n").count == 2)
        }
    }

    @Test("Q7: an abandoned blocking pop neither eats an item nor its slot in the pool")
    func abandoned() async throws {
        try await withRedis(configure: { $0.maximumBlockingConnections = 1 }) { redis in
            for round in 0..<20 {
                let abandoned = Task { try await Self.pop(redis.client) }
                try await redis.untilBlocked(1)
                abandoned.cancel()
                let error = await #expect(throws: RedisError.self) { try await abandoned.value }
                #expect(error?.code == .cancelled)
                _ = try await redis.client.call("RPUSH", "list", "\(round)")
                #expect(try await Self.pop(redis.client) == "\(round)")
            }
        }
    }

    @Test("Q7: a blocking pop that is abandoned while it waits for its slot takes neither slot nor item")
    func abandonedInLine() async throws {
        try await withRedis(configure: { $0.maximumBlockingConnections = 1 }) { redis in
            let first = Task { try await Self.pop(redis.client) }
            try await redis.untilBlocked(1)
            let second = Task { try await Self.pop(redis.client) }
            second.cancel()
            #expect(await #expect(throws: RedisError.self) { try await second.value }?.code == .cancelled)
            _ = try await redis.client.call("RPUSH", "list", "a", "b")
            #expect(try await first.value == "a")
            #expect(try await Self.pop(redis.client) == "b")
        }
    }

    @Test("Q7: a blocking pop that outlives its timeout is closed, not reused")
    func watchdog() async throws {
        try await withRedis { redis in
            var configuration = redis.configuration
            configuration.maximumBlockingConnections = 1
            configuration.commandTimeout = .milliseconds(50)
            try await withRedisClient(configuration) { client in
                let error = await #expect(throws: RedisError.self) {
                    try await client.blocking(RedisCommand("BLPOP", "list", "30"), timeout: .milliseconds(10))
                }
                #expect(error?.code == .timeout)
                try await redis.untilBlocked(0)
                _ = try await redis.client.call("RPUSH", "list", "a")
                #expect(try await eventually { try await Self.pop(client) } == "a")
            }
        }
    }

    @Test("beyond its limit, callers wait in line, and say so when that takes too long")
    func limit() async throws {
        try await withRedis { redis in
            var configuration = redis.configuration
            configuration.maximumBlockingConnections = 1
            configuration.commandTimeout = .milliseconds(50)
            try await withRedisClient(configuration) { client in
                let first = Task { try await Self.pop(client) }
                try await redis.untilBlocked(1)
                let error = await #expect(throws: RedisError.self) { try await Self.pop(client) }
                #expect(error?.code == .connectionFailed)
                #expect(error?.message.contains("maximumBlockingConnections") == true)
                first.cancel()
                _ = await first.result
            }
        }
    }

    @Test("an error reply is thrown, and its connection stays")
    func errors() async throws {
        try await withRedis(configure: { $0.maximumBlockingConnections = 1 }) { redis in
            _ = try await redis.client.call("SET", "list", "v")
            let error = await #expect(throws: RedisError.self) { try await Self.pop(redis.client) }
            #expect(error?.serverError?.prefix == "WRONGTYPE")
            _ = try await redis.client.call("DEL", "list")
            #expect(try await Self.pop(redis.client, seconds: 0.01) == nil)
        }
    }
}
