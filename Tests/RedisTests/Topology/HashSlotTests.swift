import TestSupport
import Testing

@testable import Redis

@Suite("HashSlot")
struct HashSlotTests {
    /// From the cluster specification of Redis, and as `CLUSTER KEYSLOT` of Redis 7.0 says.
    @Test(
        "Q12: is the slot that Redis says",
        arguments: [
            ("123456789", 12_739), ("foo", 12_182), ("bar", 5_061), ("", 0),
            ("{user1000}.following", 3_443), ("{user1000}.followers", 3_443), ("foo{}{bar}", 8_363),
            ("foo{{bar}}zap", 4_015), ("foo{bar}{zap}", 5_061), ("foo{bar", 15_278),
            ("{tidemark:0}:jobs:ready", 14_969),
        ]
    )
    func vectors(key: String, slot: Int) {
        #expect(HashSlot(ofKey: key).number == slot)
    }

    @Test("Q12: agrees with Redis on any key")
    func differential() async throws {
        var generator = SeededGenerator(seed: 7)
        var keys: [String] = []
        for _ in 0..<500 {
            let length = Int.random(in: 0...12, using: &generator)
            keys.append(String((0..<length).map { _ in "{}ab:é".randomElement(using: &generator) ?? "a" }))
        }
        let bus = try ServerProcess.freePort()
        try await withRedis(arguments: ["--cluster-enabled", "yes", "--cluster-port", "\(bus)"]) { redis in
            let replies = try await redis.client.pipeline(keys.map { RedisCommand("CLUSTER", "KEYSLOT", $0) })
            for (key, reply) in zip(keys, replies) {
                #expect(reply.int == Int64(HashSlot(ofKey: key).number), "\(key)")
            }
        }
    }

    @Test(
        "lanes over three equal masters, as deploy/redis/README.md has it",
        arguments: [
            (1, [0, 0, 1]), (2, [0, 1, 1]), (3, [0, 2, 1]), (4, [1, 2, 1]), (8, [2, 3, 3]), (16, [3, 5, 8]),
        ]
    )
    func lanes(count: Int, masters: [Int]) {
        var found = [0, 0, 0]
        for lane in 0..<count {
            let slot = HashSlot(ofKey: "{tidemark:\(lane)}:jobs:ready").number
            found[slot < 5_461 ? 0 : slot < 10_923 ? 1 : 2] += 1
        }
        #expect(found == masters)
    }
}
