public import Catalog
public import Ingestion

extension LDAPSource: ChangeFeed {
    /// What changed since `cursor`, by content synchronization (RFC 4533). The cookies in the cursor are good on any connection.
    ///
    /// - Throws: `cursorExpired` when the server's session log does not reach back so far; `refused` where there is no
    ///   content synchronization.
    public func changes(since cursor: JSON?, using client: Client) async throws -> Changes {
        try await throwingSourceErrors {
            let targets = plan.searches.flatMap { search in search.bases.map { (search, $0) } }
            guard let cursor else {
                let point = SyncPoint(plan: plan, client: client)
                var cookies: [JSON] = []
                for (_, base) in targets { cookies.append(.string(try await point.cookie(of: base))) }
                return Changes(cursor: feedCursor(cookies))
            }
            guard cursor["plan"]?.string == plan.digest, let cookies = cursor["cookies"]?.array?.compactMap(\.string),
                cookies.count == targets.count
            else {
                throw SourceError(
                    .cursorExpired,
                    "the stored point is not of the configured searches, which have changed since"
                )
            }
            var collector = ChangeCollector(client: client, key: feedKey, targets: targets)
            var points: [JSON] = []
            for ((search, base), cookie) in zip(targets, cookies) {
                let reader = SyncReader(plan: plan, client: client, search: search, base: base, key: feedKey)
                let answer = try await reader.changes(since: Array(cookie.utf8))
                try await collector.add(answer, of: search)
                points.append(.string(String(decoding: answer.cookie, as: UTF8.self)))
            }
            return try await collector.changes(upTo: feedCursor(points))
        }
    }

    /// The synchronization names entries by their entryUUID.
    private var feedKey: LeafKey { LeafKey(plan.key ?? "entryUUID") }

    private func feedCursor(_ cookies: [JSON]) -> JSON {
        ["plan": .string(plan.digest), "cookies": .array(cookies)]
    }
}
