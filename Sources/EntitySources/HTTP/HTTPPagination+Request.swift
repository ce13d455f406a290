internal import Catalog

extension HTTPSource.Pagination {
    /// The name of its kind in the configuration, and what the input of templates calls its place.
    var names: (kind: String, place: String)? {
        switch self {
        case .cursor: ("cursor", "cursor")
        case .page: ("page", "page")
        case .offset: ("offset", "offset")
        case .keyset: ("keyset", "key")
        case .none, .nextURL, .linkHeader, .requests: nil
        }
    }

    /// Whether a place in the list is how many pages or records come before it.
    var countsPositions: Bool {
        switch self {
        case .page, .offset: true
        case .none, .cursor, .nextURL, .linkHeader, .keyset, .requests: false
        }
    }

    /// What carries the cursor, number, offset or key.
    var parameter: HTTPSource.Parameter? {
        switch self {
        case .cursor(_, let parameter, _), .page(let parameter, _, _), .offset(let parameter, _, _),
            .keyset(_, let parameter, _, _):
            parameter
        case .none, .nextURL, .linkHeader, .requests: nil
        }
    }

    /// When there are no more pages, for the kinds that do not tell it by naming the next.
    var end: HTTPSource.End? {
        switch self {
        case .page(_, _, let end), .offset(_, _, let end), .keyset(_, _, _, let end): end
        case .none, .cursor, .nextURL, .linkHeader, .requests: nil
        }
    }

    /// What the request for a place has to carry; null for a place that has no value.
    func value(of place: HTTPCursor.Place) -> JSON {
        switch (self, place) {
        case (_, .value(let value)), (_, .foreign(let value)), (_, .key(let value)): value
        case (_, .page(let number)), (_, .offset(let number)): .integer(number)
        case (.cursor(_, _, let first), _), (.keyset(_, _, let first, _), _): first ?? .null
        case (.page(_, let first, _), _), (.offset(_, let first, _), _): .integer(Int64(first))
        default: .null
        }
    }

    /// What the expressions of a request's templates see.
    func templateInput(for place: HTTPCursor.Place) -> JSON {
        switch self {
        case .nextURL, .linkHeader, .requests: [:]
        default: [names?.place ?? "cursor": value(of: place)]
        }
    }
}
