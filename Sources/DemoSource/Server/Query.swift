internal import Hummingbird

/// The query parameters of a request; a value that does not parse is refused, never replaced by a default.
struct Query {
    private let parameters: [String: String]

    init(_ request: Request) {
        parameters = Dictionary(
            request.uri.queryParameters.map { (String($0.key), String($0.value)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    init(_ parameters: [String: String]) {
        self.parameters = parameters
    }

    /// The value, if there is one; an empty one is none.
    func text(_ name: String) -> String? {
        parameters[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw APIError.badRequest("\(name): a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }
}
