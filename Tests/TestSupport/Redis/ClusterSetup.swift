internal import Redis

/// Three masters that share the slots, and a replica of each.
package struct ClusterSetup: Sendable {
    /// The first three are the masters at the beginning; the replica of each comes three behind it.
    package let servers: [ServerProcess]

    /// `redis+cluster://…`, with the first servers alone.
    package var url: String {
        "redis+cluster://" + servers.prefix(2).map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
    }

    /// The server that has a key's slot, as `witness` sees it.
    package func owner(of key: String, as witness: ServerProcess) async throws -> ServerProcess {
        let slot = Int64(HashSlot(ofKey: key).number)
        let ranges = try await witness.withClient { try await $0.call("CLUSTER", "SLOTS") }
        let range = (ranges.array ?? []).compactMap(\.array).first { range in
            range.count > 2 && (range[0].int ?? 0)...(range[1].int ?? 0) ~= slot
        }
        let port = range?[2].array?[1].int
        guard let server = servers.first(where: { Int64($0.port) == port }) else { throw Unexpected() }
        return server
    }

    /// Says that a slot is on its way: from now on, what is missing on the one is asked of the other.
    package func beginMove(of slot: Int, from source: ServerProcess, to target: ServerProcess) async throws {
        let (sourceID, targetID) = (try await source.nodeID(), try await target.nodeID())
        try await target.withClient {
            _ = try await $0.call("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", sourceID)
        }
        try await source.withClient {
            _ = try await $0.call("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", targetID)
        }
    }

    /// Moves `count` keys of a slot, or all that are left; the number that were moved.
    package func moveKeys(
        of slot: Int,
        from source: ServerProcess,
        to target: ServerProcess,
        count: Int
    ) async throws -> Int {
        try await source.withClient { client in
            let reply = try await client.call("CLUSTER", "GETKEYSINSLOT", "\(slot)", "\(count)")
            let keys = (reply.array ?? []).compactMap(\.string)
            guard !keys.isEmpty else { return 0 }
            _ = try await client.send(
                RedisCommand("MIGRATE", arguments: ["127.0.0.1", "\(target.port)", "", "0", "5000", "KEYS"] + keys)
            )
            return keys.count
        }
    }

    /// Moves one key of a slot.
    package func moveKey(_ key: String, from source: ServerProcess, to target: ServerProcess) async throws {
        let reply = try await source.withClient {
            try await $0.call("MIGRATE", "127.0.0.1", "\(target.port)", key, "0", "5000")
        }
        guard reply.string == "OK" else { throw Unexpected() }
    }

    /// Moves the rest of the keys, and tells everyone who has the slot now.
    package func endMove(of slot: Int, from source: ServerProcess, to target: ServerProcess) async throws {
        while try await moveKeys(of: slot, from: source, to: target, count: 100) > 0 {}
        let id = try await target.nodeID()
        for server in [target, source] {
            try await server.withClient { _ = try await $0.call("CLUSTER", "SETSLOT", "\(slot)", "NODE", id) }
        }
    }
}

/// Runs `body` with a cluster that believes a server dead after two seconds. Nothing is kept on disk.
package func withCluster<Result>(
    arguments: [String] = [],
    _ body: (ClusterSetup) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let ports = try (0..<6).map { _ in (try ServerProcess.freePort(), try ServerProcess.freePort()) }
        let servers = try ports.map { port, bus in
            let fixed = [
                "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0", "--cluster-enabled", "yes",
                "--cluster-port", "\(bus)", "--cluster-node-timeout", "2000",
            ]
            return try ServerProcess(port: port, in: directory, arguments: fixed + arguments)
        }
        return try await withServers(servers) {
            let setup = ClusterSetup(servers: servers)
            try await setup.join(buses: ports.map(\.1))
            return try await body(setup)
        }
    }
}

extension ClusterSetup {
    /// Makes one cluster of servers that do not know each other.
    fileprivate func join(buses: [Int]) async throws {
        for (index, server) in servers.enumerated() {
            try await server.withClient { client in
                _ = try await client.call("CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)")
                if index < 3 {
                    let bounds = (0...3).map { $0 * HashSlot.count / 3 + ($0 == 0 ? 0 : 1) }
                    let last = index == 2 ? HashSlot.count - 1 : bounds[index + 1] - 1
                    _ = try await client.call("CLUSTER", "ADDSLOTSRANGE", "\(bounds[index])", "\(last)")
                }
            }
        }
        try await servers[0].withClient { client in
            for (server, bus) in zip(servers, buses).dropFirst() {
                _ = try await client.call("CLUSTER", "MEET", "127.0.0.1", "\(server.port)", "\(bus)")
            }
        }
        for server in servers { try await server.untilInfo { $0.contains("cluster_known_nodes:6") } }
        for (index, replica) in servers.dropFirst(3).enumerated() {
            let id = try await servers[index].nodeID()
            try await replica.withClient { client in
                try await eventually { try await client.call("CLUSTER", "REPLICATE", id).string == "OK" }
                try await eventually {
                    try await client.call("INFO", "replication").string?.contains("master_link_status:up") == true
                }
            }
        }
        for server in servers { try await server.untilInfo { $0.contains("cluster_state:ok") } }
        for server in servers {
            try await server.withClient { client in
                // Each range with its master and one replica.
                try await eventually {
                    let ranges = try await client.call("CLUSTER", "SLOTS").array ?? []
                    return ranges.count == 3 && ranges.allSatisfy { $0.array?.count == 4 }
                }
            }
        }
    }
}

extension ServerProcess {
    fileprivate func nodeID() async throws -> String {
        try await withClient { try await $0.call("CLUSTER", "MYID").string ?? "" }
    }

    fileprivate func untilInfo(_ condition: (String) -> Bool) async throws {
        try await withClient { client in
            try await eventually { condition(try await client.call("CLUSTER", "INFO").string ?? "") }
        }
    }
}
