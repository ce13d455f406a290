internal import Catalog
internal import Redis

extension Store {
    /// What was kept of the page at a cursor in this cycle or the one before; nil when there is nothing to be relied on.
    func keptPage(at cursor: JSON?, of provider: Provider) async throws -> KeptPage? {
        let (keys, page) = (keys(of: provider.name), KeptPage.name(of: cursor))
        let commands = [keys.validators, keys.validatorsBefore].map { RedisCommand("HGET", $0, page) }
        let replies = try await shielded { [redis] in try await redis.pipeline(commands) }
        return replies.compactMap(\.bytes).lazy.compactMap { KeptPage($0, of: provider) }.first
    }

    /// The entities of a kept page, without their bodies; nil when one of them is no longer known, or was published with another
    /// body since.
    func entities(of kept: KeptPage, provider: String) async throws -> [Entity]? {
        var digests: [[UInt8]] = []
        for start in stride(from: 0, to: kept.refs.count, by: Delta.maximumEntities) {
            let refs = kept.refs[start..<min(start + Delta.maximumEntities, kept.refs.count)]
            digests += try await self.digests(of: refs, provider: provider).map { $0 ?? [] }
        }
        guard kept.has(digests) else { return nil }
        let entities = zip(kept.refs, digests).compactMap { ref, digest in
            EntityDigest(bytes: digest).map { Entity(marking: ref, digest: $0) }
        }
        return entities.count == kept.refs.count ? entities : nil
    }
}
