internal import Foundation
internal import Ingestion
internal import Logging
internal import Redis
internal import SystemPackage
internal import TestSupport

/// All that a run consists of.
struct ChaosSite: Sendable {
    let folder: String
    let redis: Supervised
    let client: RedisClient
    let commands: RedisClient
    let workers: [Member]
    let consumer: Member
    let operatorProxy: FaultyProxy
    let sources: [ChaosSource]
    let configurations: Configurations

    /// Runs `body` with a Redis, sources, and proxies for each process; the processes run when `body` runs them.
    static func with(
        _ chaos: Chaos,
        folder: String,
        _ body: @escaping @Sendable (ChaosSite) async throws -> ChaosReport
    ) async throws -> ChaosReport {
        guard FileManager.default.isExecutableFile(atPath: TidemarkProcess.executable.string) else {
            throw ChaosError("there is no \(TidemarkProcess.executable): `swift build` first")
        }
        let sources = (0..<chaos.providers).map { ChaosSource(name: "source-\($0)", entities: chaos.entities) }
        let byPath = Dictionary(uniqueKeysWithValues: sources.map { ("/\($0.name)", $0.server) })
        let answer: HTTPTestServer.Handler = { byPath[$0.path]?.respond(to: $0) ?? .json("{}", status: 404) }
        let configuration = RedisConfiguration(address: .unixSocket(path: folder + "/redis.sock"))
        return try await HTTPTestServer.with(answer) { server in
            let configurations = Configurations(folder: folder, providers: chaos.providers, url: server.url)
            for name in ["consumer"] + (1...chaos.workers).map({ "worker-\($0)" }) {
                try configurations.write(for: name)
            }
            return try await withProxies(chaos.workers + 2, to: configuration, []) { proxies in
                try await withRedisClient(configuration) { client in
                    try await withRedisClient(proxies[1].configuration) { commands in
                        try await body(
                            ChaosSite(
                                folder: folder,
                                redis: makeRedis(folder),
                                client: client,
                                commands: commands,
                                workers: proxies.dropFirst(2).enumerated().map {
                                    member("worker", "worker-\($0 + 1)", $1, folder)
                                },
                                consumer: member("consume", "consumer", proxies[0], folder),
                                operatorProxy: proxies[1],
                                sources: sources,
                                configurations: configurations
                            )
                        )
                    }
                }
            }
        }
    }

    private static func withProxies(
        _ count: Int,
        to redis: RedisConfiguration,
        _ proxies: [FaultyProxy],
        _ body: ([FaultyProxy]) async throws -> ChaosReport
    ) async throws -> ChaosReport {
        guard proxies.count < count else { return try await body(proxies) }
        return try await withFaultyProxy(to: redis) { proxy in
            try await withProxies(count, to: redis, proxies + [proxy], body)
        }
    }

    private static func member(_ role: String, _ name: String, _ proxy: FaultyProxy, _ folder: String) -> Member {
        var arguments = [role, "--config", Configurations.file(of: name, in: folder)]
        if case .unixSocket(let path) = proxy.configuration.address {
            arguments += ["--redis-url", "redis+unix://\(path)"]
        }
        return Member(
            process: Supervised(name, program: TidemarkProcess.executable, arguments: arguments, folder: folder),
            proxy: proxy
        )
    }

    /// With `everysec`, what Redis acknowledged in the second before it was killed would be lost.
    private static func makeRedis(_ folder: String) -> Supervised {
        Supervised(
            "redis",
            program: FilePath(TestServer.path),
            arguments: [
                "--port", "0", "--unixsocket", folder + "/redis.sock", "--dir", folder, "--logfile", "redis-server.log",
                "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            ],
            folder: folder
        )
    }
}

struct ChaosError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
