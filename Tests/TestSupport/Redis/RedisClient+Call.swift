package import Redis

extension RedisClient {
    /// Sends a command of words.
    package func call(_ name: String, _ arguments: String...) async throws(RedisError) -> RESPValue {
        try await send(RedisCommand(name, arguments: arguments))
    }

    /// Replaces database `to` by a copy of database `from`.
    package func copyDatabase(from: Int, to: Int) async throws(RedisError) {
        let script = """
            redis.call('SELECT', ARGV[2])
            redis.call('FLUSHDB')
            redis.call('SELECT', ARGV[1])
            for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('COPY', key, key, 'DB', ARGV[2]) end
            """
        _ = try await call("EVAL", script, "0", "\(from)", "\(to)")
    }
}
