internal import Logging
package import Redis

/// What a Redis must be before anything is entrusted to it.
package struct Preflight: Sendable {
    /// The server's version, as it says it: `7.0.15`, `Valkey 9.1.2`.
    package var version: String
    /// What a person should know, none of which prevents a start.
    package var warnings: [String]

    /// Looks at Redis, at every master of a cluster, and writes nothing; throws when one is not fit.
    package static func inspect(_ redis: RedisClient) async throws -> Preflight {
        let masters = try await redis.sendToEachMaster(RedisCommand("INFO", "everything"))
        var whole = Preflight(version: "", warnings: [])
        for (address, reply) in masters {
            let who = masters.count == 1 ? "Redis" : "Redis at \(address)"
            let one = try inspect(ServerInfo(reply.string ?? ""), redis.configuration, who)
            if whole.version.isEmpty { whole.version = one.version }
            whole.warnings += one.warnings
        }
        return whole
    }

    private static func inspect(
        _ info: ServerInfo,
        _ configuration: RedisConfiguration,
        _ who: String
    ) throws -> Preflight {
        let version = info["valkey_version"] ?? info["redis_version"] ?? ""
        guard let major = version.split(separator: ".").first.flatMap({ Int($0) }), major >= 7 else {
            throw StoreError(
                .unfit,
                "\(who) says that its version is \"\(version)\": Tidemark needs Redis 7.0 or newer, or Valkey"
            )
        }
        var warnings: [String] = []
        switch info["maxmemory_policy"] {
        case "noeviction"?: break
        case let policy?:
            throw StoreError(
                .unfit,
                "\(who) may evict keys when memory is short (maxmemory-policy is \(policy)), which would lose entities "
                    + "unseen: set maxmemory-policy to noeviction"
            )
        case nil: warnings.append("\(who) does not say its maxmemory-policy; it must be noeviction")
        }
        if info["aof_enabled"] == "0" {
            warnings.append(
                "\(who) keeps no append-only file: what was written since its last snapshot is lost if it dies. Set "
                    + "appendonly to yes"
            )
        }
        warnings += replication(info, configuration, who)
        let name = info["valkey_version"] == nil ? version : "Valkey \(version)"
        return Preflight(version: name, warnings: warnings)
    }

    /// What a failover would lose.
    private static func replication(
        _ info: ServerInfo,
        _ configuration: RedisConfiguration,
        _ who: String
    ) -> [String] {
        let replicas = info["connected_slaves"].flatMap { Int($0) } ?? 0
        if configuration.waitReplicas > replicas {
            return [
                "\(who) has \(replicas) replicas, and redis.waitReplicas asks for \(configuration.waitReplicas): nothing can "
                    + "be committed until the others are there"
            ]
        }
        guard configuration.topology != .single else { return [] }
        if replicas == 0 {
            return [
                "\(who) has no replica: nothing takes over when it dies, and all that it held stands still until it is back"
            ]
        }
        // Redis tells of good replicas only where it was told to count them.
        if info["min_slaves_good_slaves"] == nil {
            return [
                "\(who) takes writes even when it is cut off from its replicas, and loses them when another has become the "
                    + "master: set min-replicas-to-write to 1"
            ]
        }
        return []
    }

    /// Takes note of the number of lanes the first time; refuses another number from then on, and a newer layout.
    package static func agreeOnLanes(_ store: Store) async throws {
        try await store.requireKnownLayout()
        let key = store.prefix + ":layout"
        let note = RedisCommand("HSETNX", key, "lanes", "\(store.lanes)")
        let look = RedisCommand("HGET", key, "lanes")
        // A Redis that is full refuses the write, which does not matter once the number is there.
        var reply = try await store.redis.pipeline([note, look])[1]
        if reply.isNull {
            // Sent alone, a write that is refused throws the reason.
            _ = try await store.redis.send(note)
            reply = try await store.redis.send(look)
        }
        guard let lanes = reply.int, lanes == store.lanes else {
            throw StoreError(
                .layout,
                "Redis is laid out with \(reply.string ?? "?") lanes under the prefix \"\(store.prefix)\", the "
                    + "configuration says \(store.lanes): set redis.lanes to that number, or take another redis.prefix"
            )
        }
    }
}
