internal import Catalog

extension HTTPSource.Pagination {
    /// The query parameter that carries the cursor.
    var parameter: String? {
        switch self {
        case .cursor(_, let parameter), .page(let parameter, _, _), .offset(let parameter, _): parameter
        case .none, .nextURL, .linkHeader, .requests: nil
        }
    }

    /// What the expressions of a request's templates see.
    func templateInput(for cursor: HTTPCursor) -> JSON {
        switch (self, cursor) {
        case (_, .value(let value)), (_, .foreign(let value)): ["cursor": value]
        case (_, .page(let number)): ["page": .integer(number)]
        case (_, .offset(let offset)): ["offset": .integer(offset)]
        case (.page(_, let first, _), _): ["page": .integer(Int64(first))]
        case (.offset, _): ["offset": 0]
        case (.cursor, _), (.none, _): ["cursor": nil]
        default: [:]
        }
    }
}

extension HTTPSource.Configuration {
    /// False for a source that speaks the protocol of `exec` over HTTP.
    var isMapped: Bool {
        records != nil || entity != nil || pagination != .none
    }
}
