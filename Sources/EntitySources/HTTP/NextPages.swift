internal import Catalog
internal import Ingestion
internal import NIOHTTP1

/// Finds the cursors that follow a page.
struct NextPages: Sendable {
    private let pagination: HTTPSource.Pagination
    private let pageSize: Int?
    private let hasCondition: Bool
    private let credentials: Credentials

    /// Begins the names of fields in messages.
    private let prefix: String

    /// - Parameter prefix: where the chain is in the configuration, such as `each.repositories.`.
    init(_ chain: HTTPSource.Chain, at prefix: String = "", credentials: Credentials) {
        self.prefix = prefix
        pagination = chain.pagination
        pageSize = chain.pageSize?.size
        hasCondition = chain.until != nil
        self.credentials = credentials
    }

    /// The next cursors; none ends the chain. How many entities the page gave plays no part in it.
    func cursors(after cursor: HTTPCursor, _ answer: HTTPAnswer, _ page: ReadPage) throws(SourceError) -> [HTTPCursor] {
        if try isEnded(page) { return [] }
        let hasBeenFull = hasBeenFull(cursor, page)
        return try places(after: cursor, answer, page).map { cursor.moved(to: $0, hasBeenFull: hasBeenFull) }
    }

    /// How many records, or pages, there are in all, where the pagination ends by that.
    func total(_ page: ReadPage) throws(SourceError) -> Int64? {
        switch pagination.end {
        case .total: try integer(page.end, "\(prefix)pagination.offset.end.total")
        case .lastPage: try integer(page.end, "\(prefix)pagination.page.end.lastPage")
        case .emptyPage, .shortPage, .hasMore, nil: nil
        }
    }

    private func places(
        after cursor: HTTPCursor,
        _ answer: HTTPAnswer,
        _ page: ReadPage
    ) throws(SourceError) -> [HTTPCursor.Place] {
        switch pagination {
        case .none: return []
        case .cursor:
            guard let value = try single(page.next, "\(prefix)pagination.cursor.next") else { return [] }
            try value.checkThatJQKeepsIt("the next cursor")
            return [.value(value)]
        case .nextURL:
            guard let value = try single(page.next, "\(prefix)pagination.nextURL") else { return [] }
            guard let link = value.string else {
                throw SourceError(
                    .invalidPage,
                    "\(prefix)pagination.nextURL gives \(value.excerpt), which is not a URL"
                )
            }
            return [.url(try url(link, answer))]
        case .linkHeader(let relation): return try linked(relation, answer)
        case .page(_, let first, let end):
            let number = if case .page(let number) = cursor.place { number } else { Int64(first) }
            return try goesOn(from: number, cursor, end, page) ? [.page(number + 1)] : []
        case .offset(_, let first, let end):
            let offset = if case .offset(let offset) = cursor.place { offset } else { Int64(first) }
            guard try goesOn(from: offset - Int64(first), cursor, end, page) else { return [] }
            return [.offset(offset + (try recordsOfMore(page, "the page at offset \(offset)")))]
        case .keyset(_, _, let first, let end):
            let key: JSON? = if case .key(let key) = cursor.place { key } else { first }
            guard try goesOn(from: 0, cursor, end, page) else { return [] }
            _ = try recordsOfMore(page, "the page after key \(key?.excerpt ?? "null")")
            return [.key(try nextKey(after: key, page))]
        case .requests: return try requests(page.next, answer)
        }
    }

    /// Whether `until` ends the chain here.
    private func isEnded(_ page: ReadPage) throws(SourceError) -> Bool {
        // Not asked of a page without a last record.
        guard hasCondition, let results = page.until else { return false }
        guard results.count == 1, let result = results[0].bool else {
            throw SourceError(.invalidPage, "`\(prefix)until` gives \(results.phrase); it must give true or false")
        }
        return result
    }

    /// Whether there are more pages.
    ///
    /// - Parameter position: the page's number, or how many records came before it.
    private func goesOn(
        from position: Int64,
        _ cursor: HTTPCursor,
        _ end: HTTPSource.End,
        _ page: ReadPage
    ) throws(SourceError) -> Bool {
        let field = "\(prefix)pagination.\(pagination.names?.kind ?? "").end"
        switch end {
        case .hasMore: return try single(page.end, "\(field).hasMore") != nil
        case .lastPage: return try position < integer(page.end, "\(field).lastPage")
        case .total: return try position + sourceRecords(page) < integer(page.end, "\(field).total")
        case .emptyPage: return try sourceRecords(page) > 0
        case .shortPage:
            let records = try sourceRecords(page)
            return records > 0 && !(cursor.hasBeenFull && records < Int64(pageSize ?? 0))
        }
    }

    /// Whether a page of the chain had as many records as were asked for; only where that is needed.
    private func hasBeenFull(_ cursor: HTTPCursor, _ page: ReadPage) -> Bool {
        guard pagination.end == .shortPage, let pageSize else { return false }
        return cursor.hasBeenFull || (page.sourceRecords ?? 0) >= pageSize
    }

    /// The one result; nil for null, false, an empty string, or none at all.
    private func single(_ results: [JSON], _ field: String) throws(SourceError) -> JSON? {
        guard results.count <= 1 else {
            throw SourceError(
                .invalidPage,
                "\(field) gives \(results.count) values; `pagination.requests` can fork a chain"
            )
        }
        switch results.first {
        case nil, .null, false, "": return nil
        case let value?: return value
        }
    }

    private func url(_ link: String, _ answer: HTTPAnswer) throws(SourceError) -> String {
        guard let url = answer.url.resolving(link) else {
            throw SourceError(.invalidPage, "\(answer.requestName): the next page's URL is not an http or https URL")
        }
        try credentials.check(url, "\(answer.requestName): the next page")
        return credentials.storable(url).text
    }

    /// Where the `Link` header leads, in a chain that goes by it.
    func link(of answer: HTTPAnswer) throws(SourceError) -> String? {
        guard case .linkHeader(let relation) = pagination, case .url(let url)? = try linked(relation, answer).first
        else {
            return nil
        }
        return url
    }

    private func linked(_ relation: String, _ answer: HTTPAnswer) throws(SourceError) -> [HTTPCursor.Place] {
        let links: [WebLink]
        do throws(LinkHeader.Malformed) {
            links = try LinkHeader.links(in: answer.headers["link"])
        } catch {
            throw SourceError(.invalidPage, "\(answer.requestName): the Link header is malformed: \(error.reason)")
        }
        let relation = relation.lowercased()
        guard let link = links.first(where: { !$0.isAnchored && $0.relations.contains(relation) }) else { return [] }
        return [.url(try url(link.target, answer))]
    }

    private func nextKey(after key: JSON?, _ page: ReadPage) throws(SourceError) -> JSON {
        let field = "\(prefix)pagination.keyset.last"
        guard page.last.count == 1, let next = page.last.first, next.isKey else {
            throw SourceError(
                .invalidPage,
                "\(field) gives \(page.last.phrase) for the page's last record; it must give one key, text or a whole number"
            )
        }
        try next.checkThatJQKeepsIt("the key of the page's last record")
        guard next != key else {
            throw SourceError(
                .invalidPage,
                "\(field): the last record's key is \(next.excerpt) again, so the source does not go on: "
                    + "does it know the parameter, and does it list what comes after the key, in its order?"
            )
        }
        return next
    }

    private func sourceRecords(_ page: ReadPage) throws(SourceError) -> Int64 {
        guard let count = page.sourceRecords else {
            throw SourceError(
                .invalidPage,
                "there is no array at the path with which `records` begins: is this an error document?"
            )
        }
        return Int64(count)
    }

    /// How many records there are on a page that is not the last.
    private func recordsOfMore(_ page: ReadPage, _ name: String) throws(SourceError) -> Int64 {
        let records = try sourceRecords(page)
        guard records > 0 else {
            let field = "\(prefix)pagination.\(pagination.names?.kind ?? "").end"
            throw SourceError(.invalidPage, "\(name) has no records, but `\(field)` says that there are more")
        }
        return records
    }

    private func integer(_ results: [JSON], _ field: String) throws(SourceError) -> Int64 {
        guard results.count == 1, let number = results[0].number, number >= 0, let integer = Int64(exactly: number)
        else {
            throw SourceError(.invalidPage, "\(field) gives \(results.phrase); it must give one number")
        }
        return integer
    }

    private func requests(_ results: [JSON], _ answer: HTTPAnswer) throws(SourceError) -> [HTTPCursor.Place] {
        var places: [HTTPCursor.Place] = []
        for result in results {
            for value in result.array ?? [result] where !value.isNull {
                try value.checkThatJQKeepsIt("a next request's value")
                var change = try RequestChange(value)
                if let link = change.url { change.url = try url(link, answer) }
                places.append(.request(change))
            }
        }
        return places
    }
}
