internal import Catalog

/// A configured connection, checked against its query.
struct ConnectionPlan: Sendable {
    let path: [String]
    /// Whether it has `edges` rather than `nodes`.
    let hasEdges: Bool
    let pageSize: Int
    let maySize: Bool
    private let query: String
    private let variables: [String: JSONTemplate]
    private let pageSizeVariable: String?
    private let cursorVariable: String

    /// - Parameters:
    ///   - field: where it stands in the configuration, with a dot at the end; empty for the source itself.
    ///   - nested: what must be connections below each node.
    init(
        _ connection: GraphQLSource.Connection,
        field: String,
        nested: [GraphQLQueryCheck.Nested] = []
    ) throws(SourceConfigurationError) {
        query = connection.query
        path = connection.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        pageSize = connection.pageSize
        maySize = connection.pageSizeVariable != nil
        pageSizeVariable = connection.pageSizeVariable
        cursorVariable = connection.cursorVariable
        guard pageSize > 0 else {
            throw SourceConfigurationError(field: field + "pageSize", message: "must be at least 1")
        }
        var templates: [String: JSONTemplate] = [:]
        for (name, value) in connection.variables {
            templates[name] = try JSONTemplate(value, field: "\(field)variables.\(name)")
        }
        variables = templates
        hasEdges = try GraphQLQueryCheck(connection, field: field).check(path, nested: nested)
    }

    /// Where its items are in an answer.
    var items: [String] { ["data"] + path + [hasEdges ? "edges" : "nodes"] }

    var expressions: [JQExpression] { variables.values.flatMap(\.expressions) }

    /// The variables, but for the cursor and the page size.
    func variables(_ evaluate: (JQExpression) throws -> JSON) rethrows -> [String: JSON] {
        try variables.mapValues { try $0.value(evaluate) }
    }

    /// What is posted.
    func body(_ variables: [String: JSON], after: JSON?, size: Int) -> JSON {
        var variables = variables
        variables[cursorVariable] = after ?? .null
        if let pageSizeVariable { variables[pageSizeVariable] = .integer(Int64(min(size, pageSize))) }
        return ["query": .string(query), "variables": .object(variables)]
    }
}
