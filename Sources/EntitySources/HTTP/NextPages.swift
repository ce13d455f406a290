internal import Catalog
internal import Ingestion
internal import NIOHTTP1

/// Finds the cursors that follow a page.
struct NextPages: Sendable {
    let pagination: HTTPSource.Pagination
    let credentials: Credentials

    /// The next cursors; none ends the chain. How many entities the page gave plays no part in it.
    func cursors(after cursor: HTTPCursor, _ answer: HTTPAnswer, _ page: ReadPage) throws(SourceError) -> [HTTPCursor] {
        switch pagination {
        case .none: return []
        case .cursor:
            guard let value = try single(page.next, "pagination.cursor.next") else { return [] }
            try value.checkThatJQKeepsIt()
            return [.value(value)]
        case .nextURL:
            guard let value = try single(page.next, "pagination.nextURL") else { return [] }
            guard let link = value.string else {
                throw SourceError(.invalidPage, "pagination.nextURL gives \(value.excerpt), which is not a URL")
            }
            return [.url(try url(link, answer))]
        case .linkHeader(let relation): return try linked(relation, answer)
        case .page(_, let first, let end): return try nextNumber(cursor, Int64(first), end, page)
        case .offset(_, let end): return try nextOffset(cursor, end, page)
        case .requests: return try requests(page.next, answer)
        }
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

    private func linked(_ relation: String, _ answer: HTTPAnswer) throws(SourceError) -> [HTTPCursor] {
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

    private func nextNumber(
        _ cursor: HTTPCursor,
        _ first: Int64,
        _ end: HTTPSource.End,
        _ page: ReadPage
    ) throws(SourceError) -> [HTTPCursor] {
        let number = if case .page(let number) = cursor { number } else { first }
        let goesOn: Bool
        switch end {
        case .hasMore: goesOn = try single(page.end, "pagination.page.end.hasMore") != nil
        case .lastPage: goesOn = try number < integer(page.end, "pagination.page.end.lastPage")
        case .emptyPage, .total: goesOn = try sourceRecords(page) > 0
        }
        return goesOn ? [.page(number + 1)] : []
    }

    private func nextOffset(
        _ cursor: HTTPCursor,
        _ end: HTTPSource.End,
        _ page: ReadPage
    ) throws(SourceError) -> [HTTPCursor] {
        let offset: Int64 = if case .offset(let offset) = cursor { offset } else { 0 }
        let records = try sourceRecords(page)
        let goesOn: Bool
        switch end {
        case .hasMore: goesOn = try single(page.end, "pagination.offset.end.hasMore") != nil
        case .total: goesOn = try offset + records < integer(page.end, "pagination.offset.end.total")
        case .emptyPage, .lastPage: goesOn = records > 0
        }
        guard goesOn else { return [] }
        guard records > 0 else {
            throw SourceError(
                .invalidPage,
                "the page at offset \(offset) has no records, but `pagination.offset.end` says that there are more"
            )
        }
        return [.offset(offset + records)]
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

    private func integer(_ results: [JSON], _ field: String) throws(SourceError) -> Int64 {
        guard results.count == 1, let number = results[0].number, number >= 0, let integer = Int64(exactly: number)
        else {
            let found = results.map(\.excerpt).joined(separator: ", ")
            throw SourceError(
                .invalidPage,
                "\(field) gives \(found.isEmpty ? "nothing" : found); it must give one number"
            )
        }
        return integer
    }

    private func requests(_ results: [JSON], _ answer: HTTPAnswer) throws(SourceError) -> [HTTPCursor] {
        var cursors: [HTTPCursor] = []
        for result in results {
            for value in result.array ?? [result] where !value.isNull {
                try value.checkThatJQKeepsIt()
                var change = try RequestChange(value)
                if let link = change.url { change.url = try url(link, answer) }
                cursors.append(.request(change))
            }
        }
        return cursors
    }
}

extension JSON {
    /// jq's numbers are doubles: a larger one has been rounded on the way, and another page would be read.
    fileprivate func checkThatJQKeepsIt() throws(SourceError) {
        switch self {
        case .array(let values): for value in values { try value.checkThatJQKeepsIt() }
        case .object(let members): for value in members.values { try value.checkThatJQKeepsIt() }
        default:
            guard let number, abs(number) > 9_007_199_254_740_991 else { return }
            throw SourceError(
                .invalidPage,
                "the next cursor is a number above 2^53, which jq rounds: use the source's form of it as a string, if it has one"
            )
        }
    }

    fileprivate var excerpt: String {
        let text = description
        return text.count > 100 ? text.prefix(100) + "…" : text
    }
}
