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

    /// Without what is as it is by default.
    var code: String {
        let usual = Listing()
        var arguments: [String] = []
        if !published.isEmpty { arguments.append("published: \(Item.code(published))") }
        if !unchanged.isEmpty { arguments.append("unchanged: \(Item.code(unchanged))") }
        if !rejected.isEmpty { arguments.append("rejected: \(rejected)") }
        if duplicates != usual.duplicates { arguments.append("duplicates: \(duplicates)") }
        if let next { arguments.append("next: \(next)") }
        if ahead != usual.ahead { arguments.append("ahead: \(ahead)") }
        if let total { arguments.append("total: \(total)") }
        if readAhead { arguments.append("readAhead: true") }
        if publishesAll { arguments.append("publishesAll: true") }
        if !namesRecords { arguments.append("namesRecords: false") }
        if overtaken != usual.overtaken { arguments.append("overtaken: \(overtaken)") }
        if circle != usual.circle { arguments.append("circle: \(circle)") }
        let keeping = kept.map { ".keeping(\($0.page), \"\($0.record)\")" } ?? ""
        return "Listing(\(arguments.joined(separator: ", ")))\(keeping)"
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
