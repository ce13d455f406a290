import Redis
import TestSupport
import Testing

/// Against real sentinels.
@Suite("Sentinels", .serialized)
struct SentinelTests {
    @Test(
        "Q12: commands reach the master, and after its death the one that took over, without an error while they wait"
    )
    func masterDies() async throws {
        try await withSentinels { setup in
            try await withRedisClient(try configuration(setup)) { client in
                _ = try await client.call("SET", "k", "1")
                let first = try await setup.currentMaster()
                first.kill()
                try await eventually { try await client.call("INCR", "k").int == 2 }
                let second = try await setup.currentMaster(other: first)
                let stored = try await second.withClient { try await $0.call("GET", "k") }
                #expect(stored.int == 2)
            }
        }
    }

    @Test(
        "Q12: while the connection to the old master is open still, the client moves to the one that sentinels announce"
    )
    func masterMoves() async throws {
        try await withSentinels { setup in
            try await withRedisClient(try configuration(setup)) { client in
                _ = try await client.call("SET", "k", "1")
                let first = try await setup.currentMaster()
                // It neither answers nor closes anything.
                first.freeze()
                defer { first.thaw() }
                try await eventually { try await client.call("INCR", "k").int == 2 }
                // Back, it takes itself for the master until the sentinels have told it.
                first.thaw()
                for round in 3...20 {
                    try await eventually { try await client.call("INCR", "k").int == Int64(round) }
                }
                let second = try await setup.currentMaster(other: first)
                let stored = try await second.withClient { try await $0.call("GET", "k") }
                #expect(stored.int == 20)
            }
        }
    }

    @Test("Q12: a master that became a replica is left at its first READONLY, and the command is not half run")
    func readOnly() async throws {
        try await withSentinels { setup in
            var configuration = try configuration(setup)
            // Only the server's own words can tell it.
            configuration.topologyInterval = .seconds(3_600)
            try await withRedisClient(configuration) { client in
                _ = try await client.call("SET", "k", "1")
                let first = try await setup.currentMaster()
                try await setup.sentinels[1].withClient { sentinel in
                    // Refused as long as it has not heard from a replica lately.
                    try await eventually {
                        try await sentinel.call("SENTINEL", "FAILOVER", SentinelSetup.master).string == "OK"
                    }
                }
                _ = try await setup.currentMaster(other: first)
                try await first.withClient { client in
                    try await eventually { try await client.call("ROLE").array?.first?.string == "slave" }
                }
                try await eventually { try await client.call("INCR", "k").int == 2 }
            }
        }
    }

    @Test("says which sentinels cannot be reached, and which name is wrong")
    func errors() async throws {
        try await withSentinels { setup in
            var wrong = try RedisConfiguration(url: setup.url.replacing("/main", with: "/other"))
            wrong.commandTimeout = .seconds(2)
            try await withRedisClient(wrong) { client in
                let error = try await #require(throws: RedisError.self) { try await client.call("PING") }
                #expect(error.message.contains("other"), "\(error)")
            }
        }
        var gone = try RedisConfiguration(url: "redis+sentinel://127.0.0.1:1,127.0.0.1:2/main")
        gone.commandTimeout = .seconds(2)
        try await withRedisClient(gone) { client in
            let error = try await #require(throws: RedisError.self) { try await client.call("PING") }
            #expect(error.code == .connectionFailed && error.message.contains("127.0.0.1:1"), "\(error)")
        }
    }

    @Test("sentinels that ask for a password get the one that is meant for them")
    func passwords() async throws {
        try await withSentinels(sentinelPassword: "watch-secret") { setup in
            let url = setup.url + "?sentinelPassword=watch-secret"
            try await withRedisClient(try RedisConfiguration(url: url)) { client in
                let stored = try await client.call("SET", "k", "1")
                #expect(stored.string == "OK")
            }
            var without = try RedisConfiguration(url: setup.url)
            without.commandTimeout = .seconds(2)
            try await withRedisClient(without) { client in
                let error = try await #require(throws: RedisError.self) { try await client.call("PING") }
                #expect(error.code == .authentication)
            }
        }
    }

    private func configuration(_ setup: SentinelSetup) throws -> RedisConfiguration {
        var configuration = try RedisConfiguration(url: setup.url)
        configuration.topologyInterval = .milliseconds(100)
        configuration.commandTimeout = .seconds(2)
        return configuration
    }
}
