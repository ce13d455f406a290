/// Checks that a query can be read page by page as its configuration says.
struct GraphQLQueryCheck {
    /// A connection below each node.
    struct Nested {
        let path: [String]
        /// Whether it must have `edges`, or `nodes`, as the query for its further pages has; nil where that does not matter.
        let hasEdges: Bool?
    }

    private let connection: GraphQLSource.Connection
    private let field: String
    private let document: GraphQLDocument

    init(_ connection: GraphQLSource.Connection, field: String) throws(SourceConfigurationError) {
        (self.connection, self.field) = (connection, field)
        do throws(GraphQLSyntaxError) {
            document = try GraphQLParser.document(connection.query)
        } catch {
            throw SourceConfigurationError(
                field: field + "query",
                message: "is not a GraphQL query: \(error.message)",
                line: error.line
            )
        }
    }

    /// - Returns: whether the connection has `edges` rather than `nodes`.
    func check(_ path: [String], nested: [Nested]) throws(SourceConfigurationError) -> Bool {
        try checkVariables()
        let hasEdges = try checkConnection(path, of: field + "connection")
        for below in nested {
            let name = "nested." + below.path.joined(separator: ".")
            let found = try checkConnection(path + (hasEdges ? ["edges", "node"] : ["nodes"]) + below.path, of: name)
            guard found == below.hasEdges ?? found else {
                let (one, other) = found ? ("edges", "nodes") : ("nodes", "edges")
                throw SourceConfigurationError(
                    field: name + ".query",
                    message:
                        "has `\(other)`, where the query that it completes has `\(one)`: they are collected into one list"
                )
            }
        }
        return hasEdges
    }

    private func checkVariables() throws(SourceConfigurationError) {
        let declared = Set(document.variables.map(\.name))
        try checkPaging(connection.cursorVariable, key: "cursorVariable", carries: "the cursor", declared)
        if let variable = connection.pageSizeVariable {
            try checkPaging(variable, key: "pageSizeVariable", carries: "the page size", declared)
        }
        let given = Set(connection.variables.keys)
        let ours = Set([connection.cursorVariable, connection.pageSizeVariable].compactMap(\.self))
        for name in given.sorted() {
            guard !ours.contains(name) else {
                throw failure("variables.\(name)", "is set by the source itself")
            }
            guard declared.contains(name) else {
                throw failure("variables.\(name)", "the query declares no variable `$\(name)`")
            }
        }
        for variable in document.variables where variable.isRequired && !given.union(ours).contains(variable.name) {
            throw failure("variables", "the query requires a value for `$\(variable.name)`")
        }
    }

    private func checkPaging(
        _ name: String,
        key: String,
        carries what: String,
        _ declared: Set<String>
    ) throws(SourceConfigurationError) {
        guard declared.contains(name), document.usedVariables.contains(name) else {
            let problem = declared.contains(name) ? "does not use" : "does not declare"
            let other = key == "pageSizeVariable" ? ", or null where it is a constant" : ""
            throw failure(
                "query",
                "\(problem) the variable `$\(name)`, which carries \(what); another name is said by `\(key)`\(other)"
            )
        }
    }

    /// - Returns: whether it has `edges`.
    private func checkConnection(_ path: [String], of key: String) throws(SourceConfigurationError) -> Bool {
        if let missing = document.missingField(of: path) {
            let above = missing == 0 ? "the query" : "`\(path[..<missing].joined(separator: "."))`"
            throw SourceConfigurationError(
                field: key,
                message:
                    "\(above) selects no `\(path[missing])`; a path has the names that the answer has, aliases included"
            )
        }
        let name = path.joined(separator: ".")
        for needed in ["hasNextPage", "endCursor"] where !document.selects(path + ["pageInfo", needed]) {
            throw failure("query", "`\(name)` must select `pageInfo { hasNextPage endCursor }`")
        }
        let (hasNodes, hasEdges) = (document.selects(path + ["nodes"]), document.selects(path + ["edges", "node"]))
        guard hasNodes || hasEdges else {
            throw failure("query", "`\(name)` must select `nodes { … }` or `edges { node { … } }`")
        }
        guard !hasNodes || !document.selects(path + ["edges"]) else {
            throw failure("query", "`\(name)` selects both `nodes` and `edges`: keep one of them")
        }
        return hasEdges
    }

    private func failure(_ key: String, _ message: String) -> SourceConfigurationError {
        SourceConfigurationError(field: field + key, message: message)
    }
}
