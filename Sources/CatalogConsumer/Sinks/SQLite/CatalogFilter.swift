internal import GRDB

/// Which entities a query is about.
struct CatalogFilter: Sendable {
    let condition: String
    let arguments: StatementArguments

    init(provider: String?, kind: String?) {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        if let provider {
            conditions.append("entity.provider = (SELECT id FROM provider WHERE name = ?)")
            arguments += [provider]
        }
        if let kind = kind?.lowercased() {
            // A kind has letters and digits only, so these are the refs with that kind: the character after ':' is ';'.
            conditions.append("entity.ref >= ? AND entity.ref < ?")
            arguments += ["\(kind):", "\(kind);"]
        }
        condition = conditions.isEmpty ? "true" : conditions.joined(separator: " AND ")
        self.arguments = arguments
    }
}
