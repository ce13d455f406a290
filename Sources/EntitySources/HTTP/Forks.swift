internal import Catalog
internal import Ingestion

/// Cursors of chains that are yet to begin, where a page leads to more of them than it may fork into: `{"forks": [{…}, …]}`.
///
/// To read one sends no request: what a page has led to once is not asked for again, where it may be other by then.
enum Forks {
    /// The cursors to which a page leads, as ever many pages as need be.
    static func cursors(_ next: [JSON]) -> [JSON] {
        guard next.count > most else { return next }
        // The first goes on with the page's own chain.
        var cursors = [next[0]]
        var group: [JSON] = []
        var bytes = 0
        for cursor in next.dropFirst() {
            let length = cursor.bytes.count + 1
            if group.count == most || bytes + length > mostBytes {
                cursors.append(["forks": .array(group)])
                (group, bytes) = ([], 0)
            }
            group.append(cursor)
            bytes += length
        }
        return cursors + [["forks": .array(group)]]
    }

    /// The page at a cursor of this kind; nil for any other.
    static func page(at cursor: JSON?) -> Page? {
        guard let forks = cursor?["forks"]?.array else { return nil }
        return Page(entities: [], next: forks)
    }

    private static let most = 1_000
    /// Half of what a cursor may have.
    private static let mostBytes = 128 << 10
}
