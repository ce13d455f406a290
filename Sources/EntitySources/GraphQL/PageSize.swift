internal import Catalog

/// How many nodes a page asks for: halved when the server cannot give so many, and raised again little by little.
struct PageSize: Hashable, Sendable {
    /// What is configured.
    let limit: Int
    private(set) var current: Int
    /// How many pages in a row were given since the size was changed.
    private var calm = 0

    /// After how many pages a lowered size is raised by half: a server with a limit of its own refuses one page in a dozen.
    private static let patience = 4

    init(_ limit: Int) {
        (self.limit, current) = (limit, limit)
    }

    /// Half of it; nil when there is no less.
    var lowered: PageSize? {
        guard current > 1 else { return nil }
        var size = self
        size.current = current / 2
        size.calm = 0
        return size
    }

    /// What the next page asks for, after one that was given.
    var next: PageSize {
        guard current < limit else { return PageSize(limit) }
        var size = self
        size.calm += 1
        if size.calm >= Self.patience {
            size.current = min(limit, current + max(1, current / 2))
            size.calm = 0
        }
        return size
    }

    // MARK: In a cursor

    init(_ limit: Int, storedIn cursor: JSON) {
        self.init(limit)
        guard let lowered = cursor["first"]?.integer.flatMap(Int.init(exactly:)), (1..<limit).contains(lowered) else {
            return
        }
        current = lowered
        let stored = cursor["calm"]?.integer ?? 0
        calm = (0..<Int64(Self.patience)).contains(stored) ? Int(stored) : 0
    }

    /// Nothing unless it is lowered.
    func store(in cursor: inout JSON) {
        guard current < limit else { return }
        cursor["first"] = .integer(Int64(current))
        if calm > 0 { cursor["calm"] = .integer(Int64(calm)) }
    }
}
