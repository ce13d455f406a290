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

    var place: Place
    /// Whether a page of this chain had as many records as were asked for: `"full": true`.
    var hasBeenFull: Bool

    init(_ place: Place = .start, hasBeenFull: Bool = false) {
        (self.place, self.hasBeenFull) = (place, hasBeenFull)
    }

    /// Reads a stored cursor.
    ///
    /// - Throws: `cursorExpired` for a shape that this pagination does not write: the configuration has changed since, and
    ///   only a new cycle can be right.
    init(_ stored: JSON?, pagination: HTTPSource.Pagination, isMapped: Bool) throws(SourceError) {
        guard let stored else {
            self.init()
            return
        }
        guard isMapped else {
            self.init(.foreign(stored))
            return
        }
        guard let place = try Place(stored, pagination) else {
            throw SourceError(
                .cursorExpired,
                "the stored cursor is not of the configured pagination, which has changed since: the cycle starts over"
            )
        }
        self.init(place, hasBeenFull: stored["full"] == true)
    }

    /// What is stored; nil for the start of a cycle.
    var stored: JSON? {
        if case .foreign(let value) = place { return value }
        var members = place.members
        if hasBeenFull { members["full"] = true }
        return members.isEmpty ? nil : .object(members)
    }
}

extension HTTPCursor.Place {
    /// Nil for what this pagination does not write.
    init?(_ stored: JSON, _ pagination: HTTPSource.Pagination) throws(SourceError) {
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
