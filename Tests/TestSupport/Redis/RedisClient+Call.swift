package import Redis

extension RedisClient {
    /// Sends a command of words.
    package func call(_ name: String, _ arguments: String...) async throws(RedisError) -> RESPValue {
        try await send(RedisCommand(name, arguments: arguments))
    }
}
