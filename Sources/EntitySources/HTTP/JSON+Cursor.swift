internal import Catalog
internal import Ingestion

extension JSON {
    /// jq's numbers are doubles: a larger one has been rounded on the way, and another page would be read.
    func checkThatJQKeepsIt(_ name: String) throws(SourceError) {
        switch self {
        case .array(let values): for value in values { try value.checkThatJQKeepsIt(name) }
        case .object(let members): for value in members.values { try value.checkThatJQKeepsIt(name) }
        default:
            guard let number, abs(number) > 9_007_199_254_740_991 else { return }
            throw SourceError(
                .invalidPage,
                "\(name) is a number above 2^53, which jq rounds: use the source's form of it as a string, if it has one"
            )
        }
    }

    /// It is stored in every cursor of its chain.
    func checkThatItCanBeAParent(of expression: JQExpression, record index: Int) throws(SourceError) {
        let place = "`\(expression.field)`, record \(index)"
        guard !isNull else {
            throw SourceError(
                .mappingFailed,
                "\(place): it gives null; `select(…)` leaves out a record that leads to no chain"
            )
        }
        let length = bytes.count
        guard length <= JSON.longestParent else {
            throw SourceError(
                .limitExceeded,
                "\(place): it gives \(length) bytes, which every cursor of the chain would hold; \(JSON.longestParent) are "
                    + "allowed: choose what the requests and the entities need, such as {login}"
            )
        }
        try checkThatJQKeepsIt("\(place): a value of $parent")
    }

    private static let longestParent = 4 << 10

    /// Text, a whole number, or several of them: what is left of a fraction may have been rounded.
    var isKey: Bool {
        switch self {
        case .string(let text): !text.isEmpty
        case .integer: true
        case .number(let number): number == number.rounded()
        case .array(let values): !values.isEmpty && values.allSatisfy(\.isKey)
        case .object(let members): !members.isEmpty && members.values.allSatisfy(\.isKey)
        case .null, .bool: false
        }
    }

    var excerpt: String {
        let text = description
        return text.count > 100 ? text.prefix(100) + "…" : text
    }
}

extension [JSON] {
    var phrase: String {
        let found = map(\.excerpt).joined(separator: ", ")
        return found.isEmpty ? "nothing" : found
    }
}
