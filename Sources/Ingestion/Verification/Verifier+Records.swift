internal import Redis

extension Verifier {
    /// What is kept of the records that entities were made from, where changes are polled: by it removals are told.
    func records(of provider: String, _ checks: [Verification.Check]) async throws -> [Verification.Check] {
        var (belonging, agreeing) = (checks[0], checks[1])
        let keys = store.keys(of: provider)
        for try await values in Scan(redis: store.redis, command: "HSCAN", key: keys.owners, match: "*") {
            let owners = Self.pairs(values)
            guard !owners.isEmpty else { continue }
            belonging.looked += owners.count
            for (owner, isKnown) in zip(owners, try await known(owners.map(\.0), of: provider)) where !isKnown {
                belonging.violate("\(owner.0) has a record and is not known")
            }
            for (owner, refs) in zip(owners, try await fields(owners.map(\.1), of: keys.ids))
            where refs?.split(separator: " ").contains(Substring(owner.0)) != true {
                agreeing.violate("\(owner.0) is of record \(owner.1), which does not name it")
            }
        }
        for try await values in Scan(redis: store.redis, command: "HSCAN", key: keys.ids, match: "*") {
            let named = Self.pairs(values).flatMap { id, refs in refs.split(separator: " ").map { (String($0), id) } }
            agreeing.looked += named.count
            for start in stride(from: 0, to: named.count, by: 1_000) {
                let some = named[start..<min(start + 1_000, named.count)]
                for (ref, owner) in zip(some, try await fields(some.map(\.0), of: keys.owners)) where owner != ref.1 {
                    agreeing.violate("record \(ref.1) names \(ref.0), which is of \(owner ?? "none")")
                }
            }
        }
        return [belonging, agreeing]
    }

    private static func pairs(_ values: [RESPValue]) -> [(String, String)] {
        stride(from: 0, to: values.count - 1, by: 2).map { (values[$0].string ?? "", values[$0 + 1].string ?? "") }
    }

    private func fields(_ names: [String], of hash: String) async throws -> [String?] {
        let reply = try await store.redis.send(RedisCommand("HMGET", arguments: [hash] + names))
        return (reply.array ?? []).map(\.string)
    }
}
