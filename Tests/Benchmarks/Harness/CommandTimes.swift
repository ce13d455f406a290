internal import Redis

/// How long Redis itself worked, by its own account.
struct CommandTimes: Sendable {
    /// Microseconds that a call of a command took on average; nil where there was none.
    let microseconds: [String: Double]

    /// What Redis counted since the last reset.
    init(of redis: PrivateRedis) async throws {
        var microseconds: [String: Double] = [:]
        let info = try await redis.client.send(RedisCommand("INFO", "commandstats")).string ?? ""
        for line in info.split(separator: "\r\n") where line.hasPrefix("cmdstat_") {
            guard let colon = line.firstIndex(of: ":"), let average = line.firstRange(of: "usec_per_call=") else {
                continue
            }
            let name = line[..<colon].dropFirst("cmdstat_".count)
            microseconds[String(name)] = Double(line[average.upperBound...].prefix { $0 != "," })
        }
        self.microseconds = microseconds
    }

    static func reset(_ redis: PrivateRedis) async throws {
        _ = try await redis.client.send(RedisCommand("CONFIG", "RESETSTAT"))
    }
}
