internal import Ingestion

/// Asks one base of one search what changed since a cookie (RFC 4533, refreshOnly).
struct SyncReader {
    /// More changes than this are left to a cycle, which reads them page by page.
    private static let mostChanges = 10_000

    let plan: LDAPPlan
    let client: LDAPSource.Client
    let search: SearchPlan
    let base: String
    let key: LeafKey

    struct Answer {
        var changed: [(id: String, entry: DirectoryEntry)] = []
        var removed: [String] = []
        var cookie: [UInt8]
    }

    func changes(since cookie: [UInt8]) async throws -> Answer {
        let connection = try await client.connection(to: nil)
        let server = connection.server.text
        var request = search.search(below: base, attributes: search.attributes(withKey: key.attribute))
        request.controls = [SyncMessages.request(since: cookie)]
        request.mostEntries = Self.mostChanges
        let answer: DirectoryAnswer
        do {
            answer = try await connection.answer(to: request, until: SyncMessages.isPresence)
        } catch let error as DirectoryError where error.code == .result(ResultCode.adminLimitExceeded) {
            throw expired("more has changed at \(server) than is told at once: \(error.message)")
        }
        if ResultCode.isLimit(answer.result.code) {
            throw expired("\(server) ended its answer at a limit: more has changed than it tells at once")
        }
        try plan.check(answer, request, connection.server)
        guard answer.result.code == ResultCode.success else {
            throw DirectoryError(request.summary, at: server, answer.result)
        }
        let isPresence =
            answer.entries.contains { SyncMessages.isPresence(.entry($0)) }
            || answer.information.contains {
                SyncMessages.isPresence(.information(oid: DirectoryControl.syncInfo, value: $0))
            }
        let done = SyncMessages.done(answer.result)
        guard !isPresence, done?.tellsDeleted ?? true else {
            throw expired(
                "the session log at \(server) does not reach back to the last answer, so what is gone is not told"
            )
        }
        guard let done else { throw invalid(request, server, "its end says nothing of the synchronization") }
        return try collect(answer, done.cookie, cookie) { invalid(request, server, $0) }
    }

    private func collect(
        _ answer: DirectoryAnswer,
        _ last: [UInt8]?,
        _ old: [UInt8],
        _ invalid: (String) -> DirectoryError
    ) throws -> Answer {
        var changes = Answer(cookie: old)
        for value in answer.information {
            switch SyncMessages.information(value) {
            case .cookie(let cookie): changes.cookie = cookie
            case .phase(_, let cookie): changes.cookie = cookie ?? changes.cookie
            case .ids(let ids, _, let cookie):
                changes.removed += ids
                changes.cookie = cookie ?? changes.cookie
            case nil: throw invalid("a message cannot be read")
            }
        }
        for entry in answer.entries {
            guard let (state, id, cookie) = SyncMessages.state(of: entry) else {
                throw invalid("an entry has no state")
            }
            changes.cookie = cookie ?? changes.cookie
            if state == .delete {
                changes.removed.append(id)
            } else {
                changes.changed.append((id, entry))
            }
        }
        changes.cookie = last ?? changes.cookie
        return changes
    }

    private func expired(_ message: String) -> SourceError { SourceError(.cursorExpired, message) }

    private func invalid(_ request: DirectorySearch, _ server: String, _ reason: String) -> DirectoryError {
        DirectoryError(.invalid, "\(request.summary) at \(server), asked what changed: \(reason)")
    }
}
