internal import Catalog
internal import Ingestion

/// Reads a search by windows of update numbers, up to the newest change. An entry that changes meanwhile moves up, into a window
/// that is yet to come; so they are read one after the other, and the last has no upper bound.
struct WindowReader {
    let plan: LDAPPlan
    let client: LDAPSource.Client
    let search: SearchPlan
    let cursor: LDAPCursor

    func page(_ window: UpdateWindow) async throws -> RawPage {
        let connection = try await client.connection(to: cursor.target.server)
        let root = try await DirectoryRoot.read(connection)
        let invocation = try await root.invocation(connection)
        guard root.server == window.server, invocation == window.invocation, let highest = root.highestUpdate else {
            throw SourceError(
                .cursorExpired,
                "\(connection.server.text) is \(root.server ?? "a server without a name") now, and not \(window.server), by whose "
                    + "update numbers the cycle has read, or its database is another: the cycle starts over. "
                    + "Behind a balancer, say `walk: leaves`"
            )
        }
        var request = search.search(
            below: cursor.target.base,
            window.filter(within: search.filter, highest: highest),
            attributes: search.attributes(withKey: cursor.key.attribute)
        )
        request.sizeLimit = search.pageSize * 2
        let answer = try await connection.answer(to: request)
        try plan.check(answer, request, connection.server)
        var following: UpdateWindow?
        if ResultCode.isLimit(answer.result.code) {
            guard let narrower = window.narrower(highest: highest) else {
                throw DirectoryError(request.summary, at: connection.server.text, answer.result)
            }
            following = narrower
        } else {
            guard answer.result.code == ResultCode.success else {
                throw DirectoryError(request.summary, at: connection.server.text, answer.result)
            }
            if !window.isLast(highest: highest) {
                following = window.next(after: answer.entries.count, aim: search.pageSize)
            }
        }
        let next = following.map { LDAPCursor(cursor.target, cursor.key, .window($0)).json(of: plan) }
        let records = try await client.records(of: answer.entries, search, cursor.key, on: connection)
        return RawPage(search: search.kind, records: records, next: next.map { [$0] } ?? [])
    }
}
