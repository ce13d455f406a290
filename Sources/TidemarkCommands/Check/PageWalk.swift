internal import Catalog
internal import Ingestion

/// Which page a check reads next: down the first chain, and where that ends, down the one beside it.
struct PageWalk: Sendable {
    /// How many pages without entities may be passed over on the way to the first with some: where a source forks first, as a
    /// directory or a fan-out does, they say nothing of the mapping.
    static let mostPassedOver = 20

    private var left: Int
    private var passedOver = 0
    private var hasMetEntities = false
    /// The next is the last of them.
    private var waiting: [JSON?] = [nil]

    /// - Parameter pages: how many are to be read, those passed over aside.
    init(pages: Int) {
        left = pages
    }

    /// How many chains are left beside the one that is read.
    var chainsLeft: Int { waiting.count }

    /// The cursor of the next page, which for the first is none; nil when the walk is over.
    mutating func next() -> JSON?? {
        guard left > 0, let cursor = waiting.popLast() else { return nil }
        return .some(cursor)
    }

    /// Notes what a page led to.
    mutating func take(_ page: PreparedPage) {
        waiting += page.next.reversed().map(Optional.some)
        let isEmpty = page.entities.isEmpty && page.rejected.isEmpty
        if isEmpty, !hasMetEntities, !waiting.isEmpty, passedOver < Self.mostPassedOver {
            passedOver += 1
        } else {
            left -= 1
        }
        hasMetEntities = hasMetEntities || !isEmpty
    }
}
