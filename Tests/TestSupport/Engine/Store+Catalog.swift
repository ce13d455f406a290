package import Catalog
package import Ingestion
internal import Redis

extension Store {
    /// All entries of a provider's stream.
    package func deltas(of provider: String) async throws -> [Delta] {
        let reply = try await redis.send(RedisCommand("XRANGE", keys(of: provider).deltas, "-", "+"))
        return try (reply.array ?? []).map { entry in
            let fields = entry.array?[1].array ?? []
            return try Delta(
                fields: stride(from: 0, to: fields.count - 1, by: 2).map {
                    (fields[$0].string ?? "", fields[$0 + 1].bytes ?? [])
                }
            )
        }
    }

    /// The catalog at the end of a provider's stream: bodies by ref.
    package func catalog(of provider: String) async throws -> [String: JSON] {
        var catalog: [String: JSON] = [:]
        for delta in try await deltas(of: provider) {
            for removed in delta.removed { catalog[removed.entityRef.string] = nil }
            for added in delta.added { catalog[added.entity.ref.string] = try JSON(parsing: added.entity.body) }
        }
        return catalog
    }
}
