/// A part of a page, as a worker sends it.
struct Listing {
    var published: [Item] = []
    var unchanged: [Item] = []
    /// Numbers of entities that are not valid; -1 for one that does not even tell which it is.
    var rejected: [Int] = []
    var duplicates = 0
    /// How many cursors follow; nil when the page goes on in another part.
    var next: Int?
    /// The page that is kept beside them, and its record; an empty one when it is as it was kept.
    var kept: (page: Int, record: String)?
    /// Added to the sequence: -1 repeats the last, 1 leaves one out.
    var ahead: Int64 = 0
    /// How many records the page says there are in all.
    var total: Int64?
    /// Read while the page before it was being committed, so before the events that its answer told of.
    var readAhead = false
    /// Sent by a worker whose configuration says `publish: all`.
    var publishesAll = false
    /// Sent by a worker whose configuration has the changes polled.
    var namesRecords = true
    /// Entities of the page that are left out, since a live event overtook them.
    var overtaken = 0
    /// Its cursors are the same for each page with this number: the source leads in a circle. 0 is none.
    var circle = 0

    var code: String {
        """
        Listing(published: \(Item.code(published)), unchanged: \(Item.code(unchanged)), rejected: \(rejected), \
        duplicates: \(duplicates), next: \(next.map { "\($0)" } ?? "nil"), ahead: \(ahead), \
        total: \(total.map { "\($0)" } ?? "nil"), readAhead: \(readAhead), \
        publishesAll: \(publishesAll), namesRecords: \(namesRecords), overtaken: \(overtaken), circle: \(circle))\
        \(kept.map { ".keeping(\($0.page), \"\($0.record)\")" } ?? "")
        """
    }
}

extension Listing {
    /// The same, of a page that is kept.
    func keeping(_ page: Int, _ record: String) -> Listing {
        var listing = self
        listing.kept = (page, record)
        return listing
    }
}

/// A version of an entity's body.
struct Item {
    var entity: Int
    var version: Int

    init(_ entity: Int, _ version: Int) {
        self.entity = entity
        self.version = version
    }

    static func code(_ items: [Item]) -> String {
        "[" + items.map { "Item(\($0.entity), \($0.version))" }.joined(separator: ", ") + "]"
    }
}
