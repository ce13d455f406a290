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
        let size = try query.number("per_page", in: 1...Self.largestSize) ?? Self.defaultSize
        let cursor = try query.text("cursor").map { try self.cursor($0, for: list) }
        let position = cursor?.position ?? 0
        let end = cursor?.end ?? revision.count(of: list)
        let pageEnd = min(position + size, end)

        var json = JSONWriter(capacity: 700 * (pageEnd - position) + 200)
        json.append("{\"items\":[")
        for record in position..<pageEnd {
            if record > position { json.append(UInt8(ascii: ",")) }
            revision.append(list, at: record, to: &json)
        }
        json.append("],\"next\":")
        if pageEnd < end {
            let next = PageCursor(list: list, revision: revision.number, position: pageEnd, end: end)
            json.append(string: try next.text)
        } else {
            json.append("null")
        }
        json.append(",\"total\":")
        json.append(Int64(revision.count(of: list)))
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

    private func cursor(_ text: String, for list: RecordList) throws -> PageCursor {
        guard let cursor = PageCursor(text: text), cursor.list == list else {
            throw APIError.badRequest("cursor: not one that this list gave")
        }
        guard cursor.revision == revision.number else {
            throw APIError.expiredCursor(of: cursor.revision, now: revision.number)
        }
        guard cursor.end <= revision.count(of: list) else {
            throw APIError.badRequest("cursor: it ends beyond the list")
        }
        return cursor
    }
}
