internal import Catalog
internal import Ingestion

/// Puts together what the searches of a source tell, one after the other.
///
/// Each tells as gone whatever changed and is not its own: a person who changed is gone to the search for groups. So an entry is gone
/// when all say so. When only some do, because it changed between two of the answers or lies in another database, it is looked for.
struct ChangeCollector {
    private static let batch = 64

    let client: LDAPSource.Client
    let key: LeafKey
    let targets: [(SearchPlan, String)]
    private var changed: [Change] = []
    /// By id: how many searches say that it is gone.
    private var gone: [String: Int] = [:]

    init(client: LDAPSource.Client, key: LeafKey, targets: [(SearchPlan, String)]) {
        (self.client, self.key, self.targets) = (client, key, targets)
    }

    mutating func add(_ answer: SyncReader.Answer, of search: SearchPlan) async throws {
        try await add(answer.changed, of: search)
        for id in Set(answer.removed) { gone[id, default: 0] += 1 }
    }

    mutating func changes(upTo cursor: JSON) async throws -> Changes {
        for change in changed { gone[change.id] = nil }
        for (search, base) in targets {
            let doubtful = gone.filter { $0.value < targets.count }.keys.sorted()
            for start in stride(from: 0, to: doubtful.count, by: Self.batch) {
                let ids = doubtful[start..<min(start + Self.batch, doubtful.count)]
                let found = try await find(Array(ids), search, base)
                try await add(found, of: search)
                for (id, _) in found { gone[id] = nil }
            }
        }
        return Changes(changed: changed, removed: gone.keys.sorted(), cursor: cursor)
    }

    private mutating func add(_ entries: [(id: String, entry: DirectoryEntry)], of search: SearchPlan) async throws {
        let connection = try await client.connection(to: nil)
        let records = try await client.records(of: entries.map(\.entry), search, key, on: connection)
        let mapped = try await client.mapper.entities(of: records, by: search.entity)
        changed += zip(entries, mapped).map { Change(id: $0.id, entities: $1) }
    }

    private func find(
        _ ids: [String],
        _ search: SearchPlan,
        _ base: String
    ) async throws -> [(id: String, entry: DirectoryEntry)] {
        let connection = try await client.connection(to: nil)
        let requests = ids.map { id in
            search.search(
                below: base,
                DirectoryFilter.all(search.filter, DirectoryFilter.equal(key.attribute, Array(id.utf8))),
                attributes: search.attributes(withKey: key.attribute)
            )
        }
        let answers = try await connection.answers(to: requests)
        var found: [(id: String, entry: DirectoryEntry)] = []
        for ((id, request), answer) in zip(zip(ids, requests), answers) {
            guard answer.result.code == ResultCode.success else {
                throw DirectoryError(request.summary, at: connection.server.text, answer.result)
            }
            if let entry = answer.entries.first { found.append((id, entry)) }
        }
        return found
    }
}
