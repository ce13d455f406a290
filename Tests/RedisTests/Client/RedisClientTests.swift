import Redis
import TestSupport
import Testing

@Suite("RedisClient")
struct RedisClientTests {
    @Test("commands are answered in their order, from many tasks at once")
    func pipelining() async throws {
        try await withRedis { redis in
            let replies = try await withThrowingTaskGroup(of: (Int, RESPValue).self) { group in
                for number in 0..<1_000 {
                    group.addTask { (number, try await redis.client.send(RedisCommand("ECHO", "\(number)"))) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1.string }
            }
            #expect(replies.count == 1_000)
            #expect(replies.allSatisfy { "\($0.key)" == $0.value })
        }
    }
}
