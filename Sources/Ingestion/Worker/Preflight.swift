internal import Logging
package import Redis

/// What a Redis must be before anything is entrusted to it.
package struct Preflight: Sendable {
    /// Redis's version, as it says it.
    package var version: String
    /// What a person should know, none of which prevents a start.
    package var warnings: [String]

    /// Looks at Redis and writes nothing; throws when it is not fit.
    package static func inspect(_ redis: RedisClient) async throws -> Preflight {
        let info = try await redis.send(RedisCommand("INFO", "everything")).string ?? ""
        var fields: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        let version = fields["valkey_version"] ?? fields["redis_version"] ?? ""
        guard let major = version.split(separator: ".").first.flatMap({ Int($0) }), major >= 7 else {
            throw StoreError(
                .unfit,
                "Redis says that its version is \"\(version)\": Tidemark needs Redis 7.0 or newer, or Valkey"
            )
        }
        var warnings: [String] = []
        switch fields["maxmemory_policy"] {
        case "noeviction"?: break
        case let policy?:
            throw StoreError(
                .unfit,
                "Redis may evict keys when memory is short (maxmemory-policy is \(policy)), which would lose entities "
                    + "unseen: set maxmemory-policy to noeviction"
            )
        case nil: warnings.append("Redis does not say its maxmemory-policy; it must be noeviction")
        }
        if fields["aof_enabled"] == "0" {
            warnings.append(
                "Redis keeps no append-only file: what was written since its last snapshot is lost if it dies. Set "
                    + "appendonly to yes"
            )
        }
        return Preflight(version: String(version), warnings: warnings)
    }

    /// Takes note of the number of lanes the first time, and refuses another number from then on.
    package static func agreeOnLanes(_ store: Store) async throws {
        let key = store.prefix + ":layout"
        let replies = try await store.redis.pipeline([
            RedisCommand("HSETNX", key, "lanes", "\(store.lanes)"), RedisCommand("HGET", key, "lanes"),
        ])
        guard let lanes = replies[1].int, lanes == store.lanes else {
            throw StoreError(
                .layout,
                "Redis is laid out with \(replies[1].string ?? "?") lanes under the prefix \"\(store.prefix)\", the "
                    + "configuration says \(store.lanes): set redis.lanes to that number, or take another redis.prefix"
            )
        }
    }
}
