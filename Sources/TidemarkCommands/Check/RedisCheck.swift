internal import Catalog
internal import Foundation
internal import Ingestion
internal import Redis

/// What `tidemark check` found of Redis.
struct RedisCheck: Sendable {
    /// Where it is, without credentials.
    var address: String
    var version: String?
    var warnings: [String] = []
    var failure: CommandFailure?

    /// Reaches the Redis that is named, or looks for the program of a private one. Nothing is written.
    static func inspect(_ session: Session) async -> RedisCheck {
        do {
            guard let redis = try session.configuration.redis.configuration(overriding: session.redisURL) else {
                return privateServer(session.console.environment)
            }
            var check = RedisCheck(address: "\(redis)")
            do {
                let found = try await session.withStore { try await Preflight.inspect($0.redis) }
                (check.version, check.warnings) = (found.version, found.warnings)
            } catch {
                check.failure = CommandFailure(error)
            }
            return check
        } catch {
            return RedisCheck(address: "redis.url", failure: CommandFailure(error))
        }
    }

    private static func privateServer(_ environment: [String: String]) -> RedisCheck {
        var check = RedisCheck(address: "a private redis-server, started by `tidemark run`")
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        if !folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/redis-server") }) {
            check.failure = CommandFailure(
                .unreachable,
                "no redis.url is configured, and there is no redis-server on this machine",
                mend: "apt-get install redis-server, or set redis.url"
            )
        }
        return check
    }

    var json: JSON {
        [
            "address": .string(address), "version": version.map(JSON.string) ?? .null,
            "warnings": .array(warnings.map(JSON.string)), "error": failure.map { .string($0.what) } ?? .null,
        ]
    }
}
