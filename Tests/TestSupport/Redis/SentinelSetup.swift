internal import Foundation
internal import Redis

/// A master, two replicas, and three sentinels that watch them.
package struct SentinelSetup: Sendable {
    package static let master = "main"

    /// The first of them is the master at the beginning.
    package let servers: [ServerProcess]
    package let sentinels: [ServerProcess]

    /// `redis+sentinel://…`, to which options can be added behind a `?`.
    package var url: String {
        "redis+sentinel://\(sentinels.map { "127.0.0.1:\($0.port)" }.joined(separator: ","))/\(Self.master)"
    }

    /// The server that is the master as its sentinels see it, but for one that is known to be dead.
    package func currentMaster(other: ServerProcess? = nil) async throws -> ServerProcess {
        var found: ServerProcess?
        try await eventually {
            let reply = try await sentinels[0].withClient {
                try await $0.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Self.master)
            }
            found = servers.first { "\($0.port)" == reply.array?.last?.string }
            return found != nil && found !== other
        }
        guard let found else { throw Unexpected() }
        return found
    }
}

/// Runs `body` with sentinels that believe a server dead after a second. Nothing is kept on disk.
///
/// - Parameters:
///   - arguments: for each server.
///   - sentinelPassword: what the sentinels ask for, of clients and of each other; the servers ask for nothing.
package func withSentinels<Result>(
    arguments: [String] = [],
    sentinelPassword: String? = nil,
    _ body: (SentinelSetup) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let ports = try (0..<3).map { _ in try ServerProcess.freePort() }
        let servers = try ports.indices.map { index in
            let replication = index == 0 ? [] : ["--replicaof", "127.0.0.1 \(ports[0])"]
            return try ServerProcess(
                port: ports[index],
                in: directory,
                arguments: ["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"] + replication
                    + arguments
            )
        }
        let sentinels = try (0..<3).map { _ in
            let port = try ServerProcess.freePort()
            let file = "\(directory)/sentinel-\(port).conf"
            let lines =
                [
                    "sentinel monitor \(SentinelSetup.master) 127.0.0.1 \(ports[0]) 2",
                    "sentinel down-after-milliseconds \(SentinelSetup.master) 1000",
                    "sentinel failover-timeout \(SentinelSetup.master) 5000",
                ] + (sentinelPassword.map { ["requirepass \($0)", "sentinel sentinel-pass \($0)"] } ?? [])
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: file))
            return try ServerProcess(
                port: port,
                in: directory,
                arguments: [file, "--sentinel"],
                password: sentinelPassword
            )
        }
        return try await withServers(servers + sentinels) {
            let setup = SentinelSetup(servers: servers, sentinels: sentinels)
            try await setup.untilSettled()
            return try await body(setup)
        }
    }
}

extension SentinelSetup {
    /// Until every sentinel knows the others and the replicas, and these have what the master has.
    fileprivate func untilSettled() async throws {
        for sentinel in sentinels {
            try await sentinel.withClient { client in
                try await eventually {
                    let reply = try await client.call("SENTINEL", "MASTER", Self.master)
                    let words = (reply.array ?? []).compactMap(\.string)
                    let fields = Dictionary(
                        stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) },
                        uniquingKeysWith: { first, _ in first }
                    )
                    return fields["num-other-sentinels"] == "2" && fields["num-slaves"] == "2"
                }
            }
        }
        for replica in servers.dropFirst() {
            try await replica.withClient { client in
                try await eventually {
                    try await client.call("INFO", "replication").string?.contains("master_link_status:up") == true
                }
            }
        }
    }
}
