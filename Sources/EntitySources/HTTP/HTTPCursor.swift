internal import Catalog
internal import Ingestion

/// Where an `http` source goes on, in the small JSON shapes that are stored.
enum HTTPCursor: Hashable, Sendable {
    /// The first request of a cycle.
    case start
    /// `{"cursor": …}`: a value that the source gave.
    case value(JSON)
    /// `{"url": "…"}`: a link that the source gave.
    case url(String)
    /// `{"page": 3}`.
    case page(Int64)
    /// `{"offset": 500}`.
    case offset(Int64)
    /// `{"request": {…}}`: what differs from the configured request.
    case request(RequestChange)
    /// Whatever a source without a mapping gave as a next cursor.
    case foreign(JSON)

    /// Reads a stored cursor.
    ///
    /// - Throws: `cursorExpired` for a shape that this pagination does not write: the configuration has changed since, and
    ///   only a new cycle can be right.
    init(_ stored: JSON?, pagination: HTTPSource.Pagination, isMapped: Bool) throws(SourceError) {
        guard let stored else {
            self = .start
            return
        }
        guard isMapped else {
            self = .foreign(stored)
            return
        }
        switch pagination {
        case .cursor:
            if let value = stored["cursor"] {
                self = .value(value)
                return
            }
        case .nextURL, .linkHeader:
            if let url = stored["url"]?.string {
                self = .url(url)
                return
            }
        case .page:
            if let number = stored["page"]?.integer, Self.counts.contains(number) {
                self = .page(number)
                return
            }
        case .offset:
            if let offset = stored["offset"]?.integer, Self.counts.contains(offset) {
                self = .offset(offset)
                return
            }
        case .requests:
            if let request = stored["request"] {
                self = .request(try RequestChange(request))
                return
            }
        case .none: break
        }
        throw SourceError(
            .cursorExpired,
            "the stored cursor is not of the configured pagination, which has changed since: the cycle starts over"
        )
    }

    /// What a page's number, or an offset, can be: with room to count on.
    private static let counts = 0...(Int64(1) << 53)

    /// What is stored; nil for the start.
    var stored: JSON? {
        switch self {
        case .start: nil
        case .value(let value): ["cursor": value]
        case .url(let url): ["url": .string(url)]
        case .page(let number): ["page": .integer(number)]
        case .offset(let offset): ["offset": .integer(offset)]
        case .request(let request): ["request": request.json]
        case .foreign(let value): value
        }
    }
}
