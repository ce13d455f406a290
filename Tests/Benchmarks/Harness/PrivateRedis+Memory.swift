internal import Redis

extension PrivateRedis {
    /// Bytes that Redis has allocated.
    func usedMemory() async throws -> Int {
        let info = try await client.send(RedisCommand("INFO", "memory")).string ?? ""
        guard let line = info.split(separator: "\r\n").first(where: { $0.hasPrefix("used_memory:") }),
            let bytes = Int(line.dropFirst("used_memory:".count))
        else { throw BenchmarkError("Redis does not say what memory it uses") }
        return bytes
    }

    /// The memory once tables that were growing have grown.
    func settledMemory() async throws -> Int {
        var last = try await usedMemory()
        for _ in 0..<60 {
            try await Task.sleep(for: .seconds(1))
            let now = try await usedMemory()
            if (now - last).magnitude < 4_096 { return now }
            last = now
        }
        return last
    }
}
