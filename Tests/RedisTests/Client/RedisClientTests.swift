import Redis
import TestSupport
import Testing

@Suite("RedisClient")
struct RedisClientTests {
    @Test("commands are answered in their order, from many tasks at once")
    func manyTasks() async throws {
        try await withRedis { redis in
            let replies = try await withThrowingTaskGroup(of: (Int, RESPValue).self) { group in
                for number in 0..<1_000 {
                    group.addTask { (number, try await redis.client.call("ECHO", "\(number)")) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1.string }
            }
            #expect(replies.count == 1_000)
            #expect(replies.allSatisfy { "\($0.key)" == $0.value })
        }
    }

    @Test("binary keys and values come back as they went")
    func binary() async throws {
        try await withRedis { redis in
            let value = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
            var set = RedisCommand("SET")
            set.append([0, 13, 10, 255])
            set.append(value)
            _ = try await redis.client.send(set)
            var get = RedisCommand("GET")
            get.append([0, 13, 10, 255])
            let reply = try await redis.client.send(get)
            #expect(reply.bytes == value)
        }
    }

    @Test("an error reply is thrown, and names the command, not its arguments")
    func errors() async throws {
        try await withRedis { redis in
            _ = try await redis.client.call("SET", "k", "v")
            let error = await #expect(throws: RedisError.self) {
                try await redis.client.call("LPUSH", "k", "hunter2")
            }
            #expect(error?.code == .server)
            #expect(error?.serverError?.prefix == "WRONGTYPE")
            #expect(error?.message.contains("LPUSH") == true)
            #expect(!String(reflecting: error).contains("hunter2"))
        }
    }

    @Test("a pipeline's replies stand in its order, errors in their place")
    func pipelines() async throws {
        try await withRedis { redis in
            let replies = try await redis.client.pipeline([
                RedisCommand("SET", "k", "1"), RedisCommand("LPUSH", "k", "x"), RedisCommand("INCR", "k"),
            ])
            #expect(replies.count == 3)
            #expect(replies[0] == .simpleString("OK"))
            #expect(replies[1].error?.prefix == "WRONGTYPE")
            #expect(replies[2] == .integer(2))
            #expect(try await redis.client.pipeline([]) == [])
        }
    }

    @Test("database and name are those of the configuration")
    func databaseAndName() async throws {
        try await withRedis(configure: {
            $0.database = 7
            $0.clientName = "worker-1"
        }) { redis in
            let info = try await redis.client.call("CLIENT", "INFO").string ?? ""
            #expect(info.contains(" db=7 ") && info.contains(" name=worker-1 "))
        }
    }

    @Test("a database that does not exist is an error at once, for all that wait")
    func missingDatabase() async throws {
        try await withRedis(configure: { $0.database = 99 }) { redis in
            let error = await #expect(throws: RedisError.self) { try await redis.client.call("PING") }
            #expect(error?.code == .server)
            #expect(error?.message.contains("database 99") == true)
        }
    }

    @Test("a reply larger than allowed ends the connection, and the next one works")
    func oversizedReplies() async throws {
        try await withRedis(configure: { $0.maximumReplyBytes = 100_000 }) { redis in
            _ = try await redis.client.call("SETRANGE", "k", "200000", "x")
            let error = await #expect(throws: RedisError.self) { try await redis.client.call("GET", "k") }
            #expect(error?.code == .protocolViolation)
            #expect(try await redis.client.call("STRLEN", "k") == .integer(200_001))
        }
    }

    @Test("after run() has ended, commands fail at once")
    func shutdown() async throws {
        try await withRedis { redis in
            let client = try await withRedisClient(redis.configuration) { client in
                _ = try await client.call("PING")
                _ = try await client.blocking(RedisCommand("BLPOP", "none", "0.01"), timeout: .milliseconds(10))
                return client
            }
            for attempt in [false, true] {
                let error = await #expect(throws: RedisError.self) {
                    if attempt {
                        try await client.blocking(RedisCommand("BLPOP", "none", "1"), timeout: .seconds(1))
                    } else {
                        try await client.call("PING")
                    }
                }
                #expect(error?.code == .shutdown)
            }
            try await redis.untilOnlyOneClient()
        }
    }
}
