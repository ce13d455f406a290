internal import Catalog
internal import Redis

/// The version of the layout. Every script refuses one that its caller does not know; what only reads looks itself.
extension Store {
    /// Throws when Redis was laid out by a newer build.
    package func requireKnownLayout() async throws {
        let reply = try await redis.send(RedisCommand("GET", lane(0).layout))
        if let version = reply.int, version > versions.layout { throw StoreError(newerLayout: "\(version)", versions) }
    }

    /// Raises the layout of all lanes to the version that this build knows; the one that there was. Called again, it goes on where
    /// it was cut short.
    package func raiseLayout() async throws -> Int64 {
        var before = versions.layout
        for number in 0..<lanes {
            let reply = try await evaluate(Scripts.upgrade, on: lane(number)) { _ in }
            before = min(before, try reply.integer(0))
        }
        return before
    }
}
