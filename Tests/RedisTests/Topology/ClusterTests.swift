import Redis
import TestSupport
import Testing

/// Against real clusters.
@Suite("Cluster", .serialized)
struct ClusterTests {
    @Test(
        "Q12: each command goes to the server of its key, whatever its shape, and scripts are loaded where they are missing"
    )
    func routes() async throws {
        try await withCluster { cluster in
            try await withRedisClient(try RedisConfiguration(url: cluster.url)) { client in
                let script = RedisScript(name: "add", source: "return redis.call('INCRBY', KEYS[1], ARGV[1])")
                for lane in 0..<8 {
                    let tag = "{tidemark:\(lane)}"
                    let replies = try await client.pipeline([
                        RedisCommand("SET", "\(tag):a", "\(lane)"), RedisCommand("GET", "\(tag):a"),
                        RedisCommand("TIME"),
                    ])
                    #expect(replies[1].int == Int64(lane) && replies[2].array?.count == 2)
                    let sum = try await client.evaluate(script, keys: ["\(tag):a"]) { $0.append(10) }
                    #expect(sum.int == Int64(lane + 10))
                    _ = try await client.call("XGROUP", "CREATE", "\(tag):s", "g", "0", "MKSTREAM")
                    _ = try await client.call("XADD", "\(tag):s", "*", "f", "v")
                    let read = RedisCommand("XREAD", "COUNT", "1", "BLOCK", "100", "STREAMS", "\(tag):s", "0")
                    let entries = try await client.blocking(read, timeout: .milliseconds(100))
                    #expect(entries.array?.count == 1)
                    let found = try await client.send(
                        RedisCommand("SCAN", "0", "MATCH", "\(tag):*", "COUNT", "1000"),
                        near: tag
                    )
                    #expect(found.array?.last?.array?.count == 2)
                }
                let masters = try await client.sendToEachMaster(RedisCommand("INFO", "replication"))
                #expect(masters.count == 3)
                #expect(masters.allSatisfy { $0.reply.string?.contains("role:master") == true })
                let error = try await #require(throws: RedisError.self) {
                    try await client.pipeline([
                        RedisCommand("GET", "{tidemark:0}:a"), RedisCommand("GET", "{tidemark:1}:a"),
                    ])
                }
                #expect(error.code == .crossSlot)
            }
        }
    }

    @Test("Q12: while a slot moves, commands follow each key, scripts wait, and blocking commands are answered")
    func moves() async throws {
        try await withCluster { cluster in
            var configuration = try RedisConfiguration(url: cluster.url)
            // Only the servers' own redirections can tell it.
            configuration.topologyInterval = .seconds(3_600)
            try await withRedisClient(configuration) { client in
                let (first, second) = ("{tidemark:0}:first", "{tidemark:0}:second")
                _ = try await client.call("SET", first, "1")
                _ = try await client.call("SET", second, "1")
                let slot = HashSlot(ofKey: first).number
                let source = try await cluster.owner(of: first, as: cluster.servers[0])
                let target = try #require(cluster.servers.prefix(3).first { $0 !== source })
                try await cluster.beginMove(of: slot, from: source, to: target)
                // What is new goes to the target already, and the first of the two has moved.
                _ = try await client.call("SET", "{tidemark:0}:new", "1")
                try await cluster.moveKey(first, from: source, to: target)
                let values = try await client.pipeline([
                    RedisCommand("GET", first), RedisCommand("GET", second), RedisCommand("GET", "{tidemark:0}:new"),
                ])
                #expect(values.map(\.int) == [1, 1, 1])

                let script = RedisScript(
                    name: "sum",
                    source: "return redis.call('INCR', KEYS[1]) + redis.call('INCR', KEYS[2])"
                )
                async let sum = client.evaluate(script, keys: [first, second])
                async let popped = client.blocking(
                    RedisCommand("BRPOP", "{tidemark:0}:list", "5"),
                    timeout: .seconds(5)
                )
                try await cluster.endMove(of: slot, from: source, to: target)
                #expect(try await sum.int == 4)
                _ = try await client.call("LPUSH", "{tidemark:0}:list", "item")
                // One that waited where the slot was is told to go on elsewhere, by an error that it follows.
                #expect(try await popped.array?.last?.string == "item")
                #expect(try await cluster.owner(of: first, as: target) === target)
            }
        }
    }

    @Test("a script whose keys have all moved, but not their slot, is loaded where they are")
    func scriptOfAMovingSlot() async throws {
        try await withCluster { cluster in
            try await withRedisClient(try RedisConfiguration(url: cluster.url)) { client in
                let key = "{tidemark:0}:n"
                _ = try await client.call("SET", key, "1")
                let source = try await cluster.owner(of: key, as: cluster.servers[0])
                let target = try #require(cluster.servers.prefix(3).first { $0 !== source })
                try await cluster.beginMove(of: HashSlot(ofKey: key).number, from: source, to: target)
                try await cluster.moveKey(key, from: source, to: target)
                let script = RedisScript(name: "increment", source: "return redis.call('INCR', KEYS[1])")
                #expect(try await client.evaluate(script, keys: [key]).int == 2)
            }
        }
    }

    @Test("Q12: a master dies: the commands of its keys wait for its replica, those of others go on")
    func masterDies() async throws {
        try await withCluster { cluster in
            var configuration = try RedisConfiguration(url: cluster.url)
            configuration.topologyInterval = .milliseconds(200)
            configuration.waitReplicas = 1
            try await withRedisClient(configuration) { client in
                let script = RedisScript(name: "increment", source: "return redis.call('INCR', KEYS[1])")
                let first = try await client.evaluate(script, keys: ["{tidemark:0}:n"], isReplicated: true)
                #expect(first.int == 1)
                let owner = try await cluster.owner(of: "{tidemark:0}:n", as: cluster.servers[0])
                owner.kill()
                _ = try await client.call("SET", "{tidemark:3}:k", "1")
                try await eventually { try await client.call("INCR", "{tidemark:0}:n").int == 2 }
                // The master that took over has no replica now.
                let error = try await #require(throws: RedisError.self) {
                    try await client.evaluate(script, keys: ["{tidemark:0}:n"], isReplicated: true)
                }
                #expect(error.code == .notReplicated && error.message.contains("0 of 1"))
            }
        }
    }
}
