import Redis
import TestSupport
import Testing

@Suite("RedisScript")
struct RedisScriptTests {
    private static let script = RedisScript(
        name: "add",
        source: "return redis.call('INCRBY', KEYS[1], ARGV[1])"
    )

    private static func run(_ client: RedisClient) async throws -> RESPValue {
        try await client.evaluate(script, keys: ["k"]) { $0.append(2) }
    }

    @Test("has the digest that the server gives it")
    func digest() async throws {
        try await withRedis { redis in
            let reply = try await redis.client.send(RedisCommand("SCRIPT", "LOAD", Self.script.source))
            #expect(reply.string == Self.script.sha1)
        }
    }

    @Test("is loaded when the server does not know it, again after a SCRIPT FLUSH, and runs once each time")
    func fallback() async throws {
        try await withRedis { redis in
            #expect(try await Self.run(redis.client) == .integer(2))
            #expect(try await Self.run(redis.client) == .integer(4))
            _ = try await redis.client.call("SCRIPT", "FLUSH")
            #expect(try await Self.run(redis.client) == .integer(6))
        }
    }

    @Test("many tasks may meet an unknown script at once")
    func together() async throws {
        try await withRedis { redis in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask { _ = try await Self.run(redis.client) }
                }
                try await group.waitForAll()
            }
            #expect(try await redis.client.call("GET", "k").int == 100)
        }
    }

    @Test("its errors are thrown with its name")
    func errors() async throws {
        try await withRedis { redis in
            let script = RedisScript(name: "commit", source: "return redis.error_reply('FENCED stale')")
            let error = await #expect(throws: RedisError.self) { try await redis.client.evaluate(script, keys: []) }
            #expect(error?.serverError?.prefix == "FENCED")
            #expect(error?.message.contains("the script commit") == true)
        }
    }

    @Test("a script that does not compile is an error that says so")
    func syntaxErrors() async throws {
        try await withRedis { redis in
            let script = RedisScript(name: "broken", source: "return (")
            let error = await #expect(throws: RedisError.self) { try await redis.client.evaluate(script, keys: []) }
            #expect(error?.code == .server)
            #expect(error?.message.contains("compiling") == true)
        }
    }
}
