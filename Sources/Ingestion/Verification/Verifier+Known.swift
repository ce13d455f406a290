package import Catalog
internal import Redis

/// What Redis has of a ref.
package struct KnownRef: Sendable, Hashable {
    package var isKnown: Bool
    /// The digest of the body that was published last. Nil if none is kept: with `publish: all`, and after a `resync` until
    /// the entity is read again.
    package var digest: EntityDigest?

    /// How it differs from a body, in words; nil if it does not, as far as digests are kept.
    func difference(from digest: EntityDigest) -> String? {
        if !isKnown { return "is listed and not known" }
        guard let own = self.digest, own != digest else { return nil }
        return "is known with another body"
    }
}

extension Verifier {
    /// What Redis has of each of these refs, at most 1,000: of one generation, whatever begins or ends meanwhile.
    package func look(at refs: [String], of provider: String) async throws -> [KnownRef] {
        guard !refs.isEmpty else { return [] }
        var result: [KnownRef] = []
        for _ in 0..<5 {
            let before = try await generations(of: provider)
            let known = try await known(refs, of: provider)
            var command = RedisCommand("HMGET", store.keys(of: provider).digests)
            for ref in refs { command.append(ref) }
            let digests = try await store.redis.send(command).array ?? []
            result = refs.indices.map { index in
                let bytes = digests.indices.contains(index) ? digests[index].bytes : nil
                return KnownRef(isKnown: known[index], digest: bytes.flatMap { EntityDigest(bytes: $0) })
            }
            let after = try await generations(of: provider)
            if before?.current == after?.current, before?.previous == after?.previous { break }
        }
        return result
    }

    /// Goes through the known refs in bounded steps. What changes meanwhile may come twice, or not at all.
    package func eachKnownRef(of provider: String, _ body: ([String]) async throws -> Void) async throws {
        for key in try await knownSets(of: provider) {
            for try await values in store.scan("SSCAN", key) {
                let refs = values.compactMap(\.string)
                for start in stride(from: 0, to: refs.count, by: 1_000) {
                    try await body(Array(refs[start..<min(start + 1_000, refs.count)]))
                }
            }
        }
    }

    /// The keys of the sets whose union is what is known.
    private func knownSets(of provider: String) async throws -> [String] {
        guard let (current, previous) = try await generations(of: provider) else { return [] }
        let keys = store.keys(of: provider)
        return Set([current, previous]).map { keys.seen($0) } + [keys.missed]
    }

    /// Which of these refs are kept though the last whole cycle missed them, because `removeAfterMisses` asks for two.
    package func keptThoughMissed(_ refs: [String], of provider: String) async throws -> [Bool] {
        guard !refs.isEmpty else { return [] }
        let keys = store.keys(of: provider)
        let fields = Fields(try await store.redis.send(RedisCommand("HGETALL", keys.hash)))
        var sets = [keys.missed]
        // Until the next cycle begins, what the last one missed is what it has left in the older set.
        if fields.misses == 2, fields["swept"] != nil, fields["swept"] == fields["generation"] {
            sets.append(keys.seen(fields.integer("previous") ?? 0))
        }
        return try await areMembers(refs, of: sets)
    }

    /// Which of these refs the stream has something to say of, after an entry.
    ///
    /// - Parameter entry: the id of the last entry that was read; nil for the beginning of the stream.
    package func published(after entry: String?, among refs: Set<String>, of provider: String) async throws -> Set<
        String
    > {
        var found: Set<String> = []
        guard !refs.isEmpty else { return found }
        try await eachEntry(of: provider, after: entry) { _, fields in
            // One that cannot be read is no consumer's either: nothing of it is on its way.
            guard let delta = try? Delta(fields: fields) else { return true }
            found.formUnion(delta.added.map(\.entity.ref.string).filter(refs.contains))
            found.formUnion(delta.removed.map(\.entityRef.string).filter(refs.contains))
            return found.count < refs.count
        }
        return found
    }
}
