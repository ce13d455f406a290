internal import Catalog
internal import Redis

extension Verifier {
    func digests(of provider: String, _ check: Verification.Check) async throws -> Verification.Check {
        var check = check
        let keys = store.keys(of: provider)
        for try await values in store.scan("HSCAN", keys.digests) {
            let refs = stride(from: 0, to: values.count - 1, by: 2).compactMap { values[$0].string }
            let known = try await known(refs, of: provider)
            check.looked += refs.count
            for (ref, isKnown) in zip(refs, known) where !isKnown {
                check.violate("\(ref) has a digest and is not known")
            }
        }
        return check
    }

    /// Looks for known refs without a digest: `resync` forgot it, and no page or event published them since.
    func published(of provider: String, _ check: Verification.Check) async throws -> Verification.Check {
        var check = check
        let keys = store.keys(of: provider)
        let state = try await store.values(of: ["publish", "status", "generation", "digests_since"], in: keys.hash)
        guard state[0].string != "all" else { return check }
        guard state[1].string == "resting", state[2].int ?? 0 >= state[3].int ?? 0 else {
            check.skipped = "no cycle has been completed since everything was to be published"
            return check
        }
        try await eachKnownRef(of: provider) { refs in
            check.looked += refs.count
            for (ref, digest) in zip(refs, try await store.values(of: refs, in: keys.digests)) where digest == .null {
                check.violate("\(ref) is known and was not published since the resync: rejected now, or not listed")
            }
        }
        return check
    }

    /// Replays the stream from its start, if its start is still there.
    func replay(of provider: String, _ check: Verification.Check) async throws -> Verification.Check {
        var check = check
        let keys = store.keys(of: provider)
        guard try await store.redis.send(RedisCommand("EXISTS", keys.deltas)).int == 1 else { return check }
        let info = Fields(try await store.redis.send(RedisCommand("XINFO", "STREAM", keys.deltas)))
        guard info["entries-added"] == info["length"] else {
            check.skipped =
                "all but the last \(info["length"] ?? "?") entries were acknowledged by every group and trimmed; `--catalog "
                + "FILE` compares a catalog that has read them"
            return check
        }
        let published = try await store.values(of: ["published"], in: keys.hash)[0].int ?? 0
        if let added = info.integer("entries-added"), added < published {
            check.skipped = "the stream was deleted once, and \(published - added) deltas with it"
            return check
        }
        var catalog: [String: [UInt8]] = [:]
        try await eachEntry(of: provider) { id, fields in
            let version = fields.first { $0.0 == "v" }.flatMap { Int64(String(decoding: $0.1, as: UTF8.self)) }
            if let version, version > FormatVersions.known.entries {
                check.skipped = "entry \(id) is of version \(version): use a version of Tidemark that reads it"
                return false
            }
            do {
                let delta = try Delta(fields: fields)
                if delta.type == .purged { catalog = [:] }
                for removed in delta.removed { catalog[removed.entityRef.string] = nil }
                for added in delta.added { catalog[added.entity.ref.string] = added.entity.digest.bytes }
            } catch {
                check.violate("entry \(id): \(error)")
            }
            return true
        }
        if check.skipped != nil { return check }
        return try await compare(catalog, provider, check)
    }

    private func compare(_ catalog: [String: [UInt8]], _ provider: String, _ check: Verification.Check) async throws
        -> Verification.Check
    {
        var check = check
        let status = try await Operations(store: store).status(of: provider)
        check.looked = catalog.count
        if status.known != catalog.count {
            check.violate("\(status.known) refs are known, the deltas give \(catalog.count)")
        }
        var rest = Array(catalog)[...]
        while !rest.isEmpty {
            let batch = rest.prefix(500)
            rest = rest.dropFirst(500)
            for problem in try await differences(batch.map { ($0.key, $0.value) }, of: provider) {
                check.violate(problem)
            }
        }
        return check
    }

    /// What is wrong with these entities of a catalog, in words: those that are not known, or known with another digest.
    package func differences(_ catalog: [(ref: String, digest: [UInt8])], of provider: String) async throws -> [String]
    {
        guard !catalog.isEmpty else { return [] }
        var problems: [String] = []
        let known = try await known(catalog.map(\.ref), of: provider)
        var command = RedisCommand("HMGET", store.keys(of: provider).digests)
        for entry in catalog { command.append(entry.ref) }
        let digests = try await store.redis.send(command).array ?? []
        for (index, entry) in catalog.enumerated() {
            if !known[index] {
                problems.append("\(entry.ref) is in the catalog and not known")
            } else if index < digests.count, let digest = digests[index].bytes, digest != entry.digest {
                problems.append("\(entry.ref) has another body in the catalog than was published last")
            }
        }
        return problems
    }

    func known(_ refs: [String], of provider: String) async throws -> [Bool] {
        guard !refs.isEmpty, let (current, previous) = try await generations(of: provider) else {
            return refs.map { _ in false }
        }
        let keys = store.keys(of: provider)
        return try await areMembers(refs, of: [keys.seen(current), keys.seen(previous), keys.missed])
    }

    /// Whether each of these refs is in one of the sets.
    func areMembers(_ refs: [String], of sets: [String]) async throws -> [Bool] {
        let replies = try await store.redis.pipeline(
            sets.map { RedisCommand("SMISMEMBER", arguments: [$0] + refs) }
        )
        let members = replies.map { $0.array ?? [] }
        return refs.indices.map { index in members.contains { $0.indices.contains(index) && $0[index].int == 1 } }
    }

    /// Goes through the entries of a provider's stream, ten at a time. `body` returns whether it wants more.
    func eachEntry(
        of provider: String,
        after entry: String? = nil,
        _ body: (_ id: String, _ fields: [(String, [UInt8])]) throws -> Bool
    ) async throws {
        let key = store.keys(of: provider).deltas
        var start = entry.map { "(\($0)" } ?? "-"
        while true {
            let reply = try await store.redis.send(RedisCommand("XRANGE", key, start, "+", "COUNT", "10"))
            guard let entries = reply.array, !entries.isEmpty else { return }
            for entry in entries {
                guard let parts = entry.array, parts.count == 2, let id = parts[0].string else { continue }
                start = "(\(id)"
                guard try body(id, parts[1].fields) else { return }
            }
        }
    }
}

extension RESPValue {
    /// The fields of a stream entry.
    var fields: [(String, [UInt8])] {
        let list = array ?? []
        return stride(from: 0, to: list.count - 1, by: 2).map { (list[$0].string ?? "", list[$0 + 1].bytes ?? []) }
    }
}
