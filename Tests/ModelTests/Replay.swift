import Redis
import TestSupport
import Testing

/// A private Redis whose streams have small nodes, so that trimming meets many of them.
func withModelRedis<Result>(_ body: (RedisClient) async throws -> Result) async throws -> Result {
    try await withRedis(arguments: ["--stream-node-max-entries", "3"]) { try await body($0.client) }
}

/// Makes these steps, by their numbers; the scripts must do what the model does.
func replay(lanes: Int, _ providers: [String], _ steps: KeyValuePairs<Int, Step>) async throws {
    try await withModelRedis { redis in
        let exploration = try await Exploration(redis: redis, texts: Texts())
        let sequence = Exploration.Sequence(lanes: lanes, providers, steps)
        if let difference = try await exploration.replay(sequence) {
            Issue.record("after step \(difference.step): \(difference.what)")
        }
    }
}
