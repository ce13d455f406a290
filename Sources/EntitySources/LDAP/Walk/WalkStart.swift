internal import Catalog
internal import Ingestion

/// Begins a cycle: finds out how the directory can be walked, and proves it on a few entries, before anything is read. A walk
/// that finds nothing without an error would have everything removed.
struct WalkStart {
    /// How many entries are looked at, and how many of them are looked for.
    private static let sampleSize = 256
    private static let probes = 3

    let plan: LDAPPlan
    let client: LDAPSource.Client

    /// The cursors with which the chains of a cycle begin.
    func cursors() async throws -> [LDAPCursor] {
        var cursors: [LDAPCursor] = []
        for target in try await targets() {
            let connection = try await client.connection(to: target.server)
            let root = try await DirectoryRoot.read(connection)
            let key = LeafKey(plan.key ?? (root.isActiveDirectory ? "objectGUID" : "entryUUID"))
            let isByUpdates = plan.walk == .updateNumbers || plan.walk == .automatic && root.isActiveDirectory
            cursors +=
                try await isByUpdates ? windows(target, key, root, connection) : leaves(target, key, root, connection)
        }
        return cursors
    }

    private func leaves(
        _ target: SearchTarget,
        _ key: LeafKey,
        _ root: DirectoryRoot,
        _ connection: LDAPConnection
    ) async throws -> [LDAPCursor] {
        guard root.controls.isEmpty || root.controls.contains(DirectoryControl.pagedResults) else {
            throw SourceError(
                .refused,
                "\(connection.server.text) does not offer simple paged results (RFC 2696), without which it cannot be read page by page"
            )
        }
        let probe = RangeProbe(search: try search(target), target: target, key: key, connection: connection)
        let sample = try await probe.sample(Self.sampleSize)
        guard !sample.entries.isEmpty else {
            return [LDAPCursor(target, key, .leaf(.whole, page: 0, cuts: []))]
        }
        let cuts = key.firstCuts(sample: sample.entries.compactMap { key.value(of: $0) })
        let leaves = Leaf.whole.cut(at: cuts, key)
        for entry in picks(sample.entries) { try await probe.find(entry, leaves) }
        let first = sample.isAll ? [Leaf.whole] : leaves
        return first.map { LDAPCursor(target, key, .leaf($0, page: 0, cuts: [])) }
    }

    private func windows(
        _ target: SearchTarget,
        _ key: LeafKey,
        _ root: DirectoryRoot,
        _ connection: LDAPConnection
    ) async throws -> [LDAPCursor] {
        guard let server = root.server, root.highestUpdate != nil else {
            throw SourceError(
                .refused,
                "\(connection.server.text) shows no dnsHostName and highestCommittedUSN: it cannot be walked by update numbers; "
                    + "say `walk: leaves`"
            )
        }
        let search = try search(target)
        let probe = RangeProbe(
            search: search,
            target: target,
            key: LeafKey("uSNChanged"),
            connection: connection,
            isUnique: false,
            advice: "Say `walk: leaves`"
        )
        let sample = try await probe.sample(Self.sampleSize)
        for entry in picks(sample.entries) { try await probe.find(entry, []) }
        let window = UpdateWindow(
            server: server,
            invocation: try await root.invocation(connection),
            width: Int64(search.pageSize) * 4
        )
        return [LDAPCursor(target, key, .window(window))]
    }

    private func search(_ target: SearchTarget) throws -> SearchPlan {
        guard let search = plan.search(target.search.rawValue) else {
            throw SourceError(.cursorExpired, "there is no search \(target.search.rawValue) any more")
        }
        return search
    }

    /// The first, the last, and one between.
    private func picks(_ entries: [DirectoryEntry]) -> [DirectoryEntry] {
        let places = Set((0..<Self.probes).map { $0 * (entries.count - 1) / (Self.probes - 1) })
        return places.sorted().filter { entries.indices.contains($0) }.map { entries[$0] }
    }

    /// Every base of every search; where referrals are followed, those that they name as well.
    private func targets() async throws -> [SearchTarget] {
        var targets = plan.searches.flatMap { search in
            search.bases.map { SearchTarget(search: search.kind, base: $0) }
        }
        guard case .follow = plan.referrals else { return targets }
        var seen = Set(targets)
        var index = 0
        while index < targets.count {
            let target = targets[index]
            index += 1
            let found = try await ReferralTargets(plan: plan, target: target)
                .read(try await client.connection(to: target.server), try search(target))
            targets += found.filter { seen.insert($0).inserted }
            guard targets.count <= 58 else {
                throw SourceError(
                    .limitExceeded,
                    "the referrals lead to more than 58 places, each of which takes 17 chains"
                )
            }
        }
        return targets
    }
}
