internal import Catalog
internal import Hummingbird

/// Answers requests for records out of one revision.
struct Pages {
    /// How many records a page has if nobody asks for a number, and at most.
    static let defaultSize = 100
    static let largestSize = 1_000

    let revision: Revision

    /// `{"items": […], "next": "CURSOR" or null, "total": N}`
    func page(of list: RecordList, query: Query) throws -> [UInt8] {
        try page(of: list, records: 0..<revision.count(of: list), query: query)
    }

    /// The packages of one maintainer, as ``page(of:query:)`` gives them.
    func packages(of maintainer: String, query: Query) throws -> [UInt8] {
        guard let records = revision.packages(of: maintainer) else { throw APIError.unknown("maintainer", maintainer) }
        return try page(of: .packages, maintainer: maintainer, records: records, query: query)
    }

    /// - Parameter records: the positions in the list that are gone through.
    private func page<Records: RandomAccessCollection<Int>>(
        of list: RecordList,
        maintainer: String? = nil,
        records: Records,
        query: Query
    ) throws -> [UInt8] where Records.Index == Int {
        let size = try query.number("per_page", in: 1...Self.largestSize) ?? Self.defaultSize
        let cursor = try query.text("cursor").map { try self.cursor($0, for: list, of: maintainer, records.count) }
        let position = cursor?.position ?? 0
        let end = cursor?.end ?? records.count
        let pageEnd = min(position + size, end)

        var json = JSONWriter(capacity: 700 * (pageEnd - position) + 200)
        json.append("{\"items\":[")
        for index in position..<pageEnd {
            if index > position { json.append(UInt8(ascii: ",")) }
            revision.append(list, at: records[index], to: &json)
        }
        json.append("],\"next\":")
        if pageEnd < end {
            let next = PageCursor(
                list: list,
                of: maintainer,
                revision: revision.number,
                position: pageEnd,
                end: end
            )
            json.append(string: try next.text)
        } else {
            json.append("null")
        }
        json.append(",\"total\":")
        json.append(Int64(records.count))
        json.append("}\n")
        return json.bytes
    }

    /// The list of packages cut into ranges that can be read side by side:
    /// `{"items": [], "cursors": ["CURSOR", …], "total": N}`.
    func shards(query: Query) throws -> [UInt8] {
        let count = try query.number("count", in: 1...Self.largestSize) ?? 16
        let total = revision.count(of: .packages)
        let cursors = try (0..<count).map { shard in
            try PageCursor(
                list: .packages,
                revision: revision.number,
                position: total * shard / count,
                end: total * (shard + 1) / count
            ).text
        }
        var json = JSONWriter()
        json.append("{\"items\":[],\"cursors\":")
        json.append(strings: cursors)
        json.append(",\"total\":")
        json.append(Int64(total))
        json.append("}\n")
        return json.bytes
    }

    private func cursor(
        _ text: String,
        for list: RecordList,
        of maintainer: String?,
        _ count: Int
    ) throws -> PageCursor {
        guard let cursor = PageCursor(text: text), cursor.list == list, cursor.maintainer == maintainer else {
            throw APIError.badRequest("cursor: not one that this list gave")
        }
        guard cursor.revision == revision.number else {
            throw APIError.expiredCursor(of: cursor.revision, now: revision.number)
        }
        guard cursor.end <= count else {
            throw APIError.badRequest("cursor: it ends beyond the list")
        }
        return cursor
    }
}
