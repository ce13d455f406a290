internal import Catalog
internal import Ingestion

/// Where an `http` source goes on, in the small JSON shapes that are stored.
struct HTTPCursor: Hashable, Sendable {
    /// Where in its chain.
    enum Place: Hashable, Sendable {
        /// The first request of the chain.
        case start
        /// `{"cursor": …}`: a value that the source gave.
        case value(JSON)
        /// `{"url": "…"}`: a link that the source gave.
        case url(String)
        /// `{"page": 3}`.
        case page(Int64)
        /// `{"offset": 500}`.
        case offset(Int64)
        /// `{"key": …}`: the key of the last record before.
        case key(JSON)
        /// `{"request": {…}}`: what differs from the configured request.
        case request(RequestChange)
        /// Whatever a source without a mapping gave as a next cursor.
        case foreign(JSON)
    }

    var place = Place.start
    /// Whether a page of this chain had as many records as were asked for: `"full": true`.
    var hasBeenFull = false
    /// The names of `each` that led to the chain: `"each": "repositories/branches"`. Empty for a chain that the cycle starts with.
    var path = ""
    /// What `$parent` is: `"parent": …`.
    var parent = JSON.null
    /// Which of the requests that the cycle starts with the chain begins at: `"start": {…}`.
    var start: RequestChange?

    /// The same chain further on.
    func moved(to place: Place, hasBeenFull: Bool) -> HTTPCursor {
        var next = self
        (next.place, next.hasBeenFull) = (place, hasBeenFull)
        return next
    }

    /// Reads a stored cursor of a chain.
    ///
    /// - Throws: `cursorExpired` for a shape that the configuration does not write: it has changed since, and only a new cycle can
    ///   be right.
    init(_ stored: JSON?, of plan: SourcePlan) throws(SourceError) {
        guard let stored else {
            self.init()
            return
        }
        guard plan.isMapped else {
            self.init(place: .foreign(stored))
            return
        }
        let path = stored["each"]?.string ?? ""
        guard let chain = plan.chains[path], var members = stored.object else { throw HTTPCursor.isOfAnother }
        let start = try stored["start"].map { (start) throws(SourceError) in try RequestChange(start) }
        self.init(
            hasBeenFull: stored["full"] == true,
            path: path,
            parent: stored["parent"] ?? .null,
            start: start
        )
        guard path.isEmpty ? plan.has(self) : start == nil && !parent.isNull else { throw HTTPCursor.isOfAnother }
        for key in ["each", "parent", "start", "full"] { members[key] = nil }
        // A chain that something leads to begins without a place of its own.
        if members.isEmpty, !path.isEmpty || start != nil { return }
        guard let place = try Place(stored, chain.pagination) else { throw HTTPCursor.isOfAnother }
        self.place = place
    }

    init(
        place: Place = .start,
        hasBeenFull: Bool = false,
        path: String = "",
        parent: JSON = .null,
        start: RequestChange? = nil
    ) {
        (self.place, self.hasBeenFull, self.path) = (place, hasBeenFull, path)
        (self.parent, self.start) = (parent, start)
    }

    /// What is stored; nil for the start of a cycle.
    var stored: JSON? {
        if case .foreign(let value) = place { return value }
        var members = place.members
        if hasBeenFull { members["full"] = true }
        if !path.isEmpty { members["each"] = .string(path) }
        if !parent.isNull { members["parent"] = parent }
        if let start { members["start"] = start.json }
        return members.isEmpty ? nil : .object(members)
    }

    static let isOfAnother = SourceError(
        .cursorExpired,
        "the stored cursor is not of the configured pagination, start or `each`, which has changed since: the cycle starts over"
    )
}

extension HTTPCursor.Place {
    /// Nil for what this pagination does not write.
    fileprivate init?(_ stored: JSON, _ pagination: HTTPSource.Pagination) throws(SourceError) {
        switch pagination {
        case .cursor:
            guard let value = stored["cursor"] else { return nil }
            self = .value(value)
        case .nextURL, .linkHeader:
            guard let url = stored["url"]?.string else { return nil }
            self = .url(url)
        case .page:
            guard let number = stored["page"]?.integer, Self.counts.contains(number) else { return nil }
            self = .page(number)
        case .offset:
            guard let offset = stored["offset"]?.integer, Self.counts.contains(offset) else { return nil }
            self = .offset(offset)
        case .keyset:
            guard let key = stored["key"] else { return nil }
            self = .key(key)
        case .requests:
            guard let request = stored["request"] else { return nil }
            self = .request(try RequestChange(request))
        case .none: return nil
        }
    }

    /// What a page's number, or an offset, can be: with room to count on.
    private static let counts = 0...(Int64(1) << 53)

    fileprivate var members: [String: JSON] {
        switch self {
        case .start, .foreign: [:]
        case .value(let value): ["cursor": value]
        case .url(let url): ["url": .string(url)]
        case .page(let number): ["page": .integer(number)]
        case .offset(let offset): ["offset": .integer(offset)]
        case .key(let key): ["key": key]
        case .request(let request): ["request": request.json]
        }
    }
}
