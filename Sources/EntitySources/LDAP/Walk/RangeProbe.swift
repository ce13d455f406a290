internal import Ingestion

/// Proves on a few entries that the server finds an entry by a range of the key. An attribute without an ordering rule gives
/// nothing, and no error: on OpenLDAP, `(uid>=m)` and `(cn>=m)` do.
struct RangeProbe {
    let search: SearchPlan
    let target: SearchTarget
    let key: LeafKey
    let connection: LDAPConnection
    /// Whether a value is one entry's alone.
    var isUnique = true
    /// What to do where it fails.
    var advice =
        "Set `key` to an attribute that is unique, never changes and has one: entryUUID on OpenLDAP, objectGUID on Active Directory"

    /// Some entries, with their keys, and whether these are all.
    func sample(_ size: Int) async throws -> (entries: [DirectoryEntry], isAll: Bool) {
        var request = search.search(below: target.base, attributes: [key.attribute])
        request.sizeLimit = size
        let answer = try await connection.answer(to: request)
        let code = answer.result.code
        guard code == ResultCode.success || ResultCode.isLimit(code) && !answer.entries.isEmpty else {
            throw problem(request, answer.result)
        }
        if answer.entries.isEmpty {
            guard search.allowEmpty else {
                throw SourceError(
                    .refused,
                    "\(request.summary) at \(connection.server.text) finds nothing: may this user read there? "
                        + "If there really is nothing, say `allowEmpty: true` (\(field("allowEmpty")))"
                )
            }
            return ([], true)
        }
        guard answer.entries.contains(where: { key.value(of: $0) != nil }) else {
            throw SourceError(
                .refused,
                "\(target.search.rawValue): no entry below \(target.base) shows the attribute \(key.attribute) at "
                    + "\(connection.server.text): the server does not have it, or does not let this user read it. "
                    + "Set `key` to an attribute that every entry has and that never changes"
            )
        }
        return (answer.entries, code == ResultCode.success)
    }

    /// Looks for an entry by its own leaf.
    func find(_ entry: DirectoryEntry, _ leaves: [Leaf]) async throws {
        guard let value = key.value(of: entry) else {
            guard try await isFound(entry, Leaf.keyless.filter(within: search.filter, key)) else {
                throw SourceError(.refused, unfound(entry, "(!\(key.isPresent))"))
            }
            return
        }
        let own = Leaf.range(from: value, to: value).filter(within: search.filter, key)
        var request = search.search(below: target.base, own, attributes: [key.attribute])
        request.sizeLimit = 2
        let answer = try await connection.answer(to: request)
        guard answer.result.code == ResultCode.success || answer.result.code == ResultCode.sizeLimitExceeded else {
            throw problem(request, answer.result)
        }
        guard !isUnique || answer.entries.count <= 1 && answer.result.code == ResultCode.success else {
            throw SourceError(
                .refused,
                "\(target.search.rawValue): several entries below \(target.base) have the \(key.attribute) \(value), or "
                    + "\(connection.server.text) does not go by ranges of it. \(advice)"
            )
        }
        if !answer.entries.contains(where: { key.value(of: $0) == value }) {
            // It may have been deleted, or changed, since the sample.
            guard try await isFound(entry, DirectoryFilter.all(search.filter, equality(entry))) else { return }
            throw SourceError(.refused, unfound(entry, key.filter(from: value) + key.filter(to: value)))
        }
        guard !leaves.isEmpty else { return }
        let any = leaves.map { $0.filter(within: search.filter, key) }.joined()
        guard try await isFound(entry, "(|\(any))") else {
            throw SourceError(.refused, unfound(entry, "any of the leaves"))
        }
    }

    private func equality(_ entry: DirectoryEntry) -> String {
        DirectoryFilter.equal(key.attribute, entry.values(of: key.attribute).first ?? [])
    }

    private func isFound(_ entry: DirectoryEntry, _ filter: String) async throws -> Bool {
        let request = DirectorySearch(base: entry.dn, scope: .base, filter: filter, attributes: [key.attribute])
        let answer = try await connection.answer(to: request)
        switch answer.result.code {
        case ResultCode.success: return !answer.entries.isEmpty
        case ResultCode.noSuchObject: return false
        default: throw problem(request, answer.result)
        }
    }

    private func unfound(_ entry: DirectoryEntry, _ filter: String) -> String {
        "\(target.search.rawValue): the attribute \(key.attribute) cannot be ranged over at \(connection.server.text): "
            + "\(filter) does not find \(entry.dn), which has it; most likely the attribute has no ordering rule in the "
            + "server's schema. Nothing was read, so nothing is removed. \(advice)"
    }

    private func problem(_ request: DirectorySearch, _ result: DirectoryResult) -> any Error {
        guard result.code == ResultCode.noSuchObject else {
            return DirectoryError(request.summary, at: connection.server.text, result)
        }
        let error = DirectoryError(request.summary, at: connection.server.text, result)
        return SourceError(
            .refused,
            "\(error.message). Is the base right (\(field("base"))), and may this user read it?"
        )
    }

    private func field(_ name: String) -> String { "\(target.search.rawValue).\(name)" }
}
