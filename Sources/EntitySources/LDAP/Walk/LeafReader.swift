internal import Catalog
internal import Ingestion

/// Reads the pages of leaves, one paged search at a time.
struct LeafReader {
    /// A leaf whose pages are being read on one connection.
    struct Progress {
        /// With which the next page is asked for.
        var cursor: LDAPCursor
        var cookie: [UInt8]
        var sample: LeafSample
    }

    let plan: LDAPPlan
    let client: LDAPSource.Client
    let search: SearchPlan
    let cursor: LDAPCursor
    let leaf: Leaf

    func page(_ number: Int, cuts: [String]) async throws -> RawPage {
        var progress = Progress(cursor: cursor, cookie: [], sample: LeafSample())
        if number > 0 {
            if let going = client.progress, going.cursor == cursor {
                progress = going
            } else if !cuts.isEmpty {
                // Another burst has begun to read it, and no cookie outlives a connection: narrower leaves are read in less time.
                return RawPage(search: search.kind, next: try narrower(cuts, progress.sample))
            }
        }
        client.progress = nil
        let connection = try await client.connection(to: cursor.target.server)
        var request = search.search(
            below: cursor.target.base,
            leaf.filter(within: search.filter, cursor.key),
            attributes: search.attributes(withKey: cursor.key.attribute)
        )
        request.controls = [.page(of: search.pageSize, after: progress.cookie)]
        request.mostEntries = search.pageSize
        let answer = try await connection.answer(to: request)
        try plan.check(answer, request, connection.server)
        progress.sample.add(answer.entries.lazy.compactMap { cursor.key.value(of: $0) }, cursor.key)
        let next: [JSON]
        switch answer.result.code {
        case ResultCode.success:
            guard let cookie = answer.result.pageCookie else {
                throw DirectoryError(
                    .invalid,
                    "\(request.summary) at \(connection.server.text): the answer says nothing of further pages, so it may be a part"
                )
            }
            next = cookie.isEmpty ? [] : [goOn(&progress, cookie, number)]
        case let code where ResultCode.isLimit(code):
            guard progress.sample.count > 0 else {
                throw limitWithoutEntries(DirectoryError(request.summary, at: connection.server.text, answer.result))
            }
            next = try narrower(progress.sample.cutsAtLimit(cursor.key), progress.sample)
        default: throw DirectoryError(request.summary, at: connection.server.text, answer.result)
        }
        let records = try await client.records(of: answer.entries, search, cursor.key, on: connection)
        return RawPage(search: search.kind, records: records, next: next)
    }

    /// The next page of the same search: this client alone can read it.
    private func goOn(_ progress: inout Progress, _ cookie: [UInt8], _ number: Int) -> JSON {
        var next = cursor
        next.place = .leaf(leaf, page: number + 1, cuts: progress.sample.cutsAtPause(cursor.key))
        client.progress = Progress(cursor: next, cookie: cookie, sample: progress.sample)
        return next.json(of: plan)
    }

    private func narrower(_ cuts: [String], _ sample: LeafSample) throws(SourceError) -> [JSON] {
        let leaves = leaf.cut(at: cuts, cursor.key)
        guard !leaves.isEmpty, cursor.depth < 100 else {
            throw SourceError(
                .limitExceeded,
                "the server's limit ends the search for \(leaf.filter(within: search.filter, cursor.key)) below "
                    + "\(cursor.target.base), which cannot be made narrower: raise the limits of this user at the server"
            )
        }
        return leaves.map {
            LDAPCursor(cursor.target, cursor.key, depth: cursor.depth + 1, .leaf($0, page: 0, cuts: [])).json(of: plan)
        }
    }

    private func limitWithoutEntries(_ error: DirectoryError) -> SourceError {
        SourceError(
            .limitExceeded,
            "\(error.message). Not one entry came, so that narrower searches would not help: raise the limits of this user at "
                + "the server (its time, its unchecked candidates, its page size), or lower `pageSize`",
            underlying: error
        )
    }
}

extension LDAPPlan {
    /// Refuses an answer that points to other servers, unless that is allowed, and one whose entries have no name.
    func check(_ answer: DirectoryAnswer, _ request: DirectorySearch, _ server: LDAPURL) throws(SourceError) {
        let urls = answer.references.first ?? (answer.result.code == ResultCode.referral ? answer.result.referrals : [])
        if !urls.isEmpty || answer.result.code == ResultCode.referral, referrals == .refuse {
            throw SourceError(
                .refused,
                "\(request.summary) at \(server.text) leads to another server (\(urls.joined(separator: " or "))), whose entries "
                    + "would be missing: say `referrals: ignore` to pass over them, or name the server in `referrals.follow`"
            )
        }
        guard answer.entries.allSatisfy({ !$0.dn.isEmpty }) else {
            throw SourceError(.invalidPage, "\(request.summary) at \(server.text): an entry has no name")
        }
    }
}
