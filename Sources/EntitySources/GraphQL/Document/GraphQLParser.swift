/// Reads the structure of a GraphQL document (GraphQL specification, 2.2 to 2.12).
struct GraphQLParser {
    private let tokens: [GraphQLToken]
    private var index = 0
    private var variables: [GraphQLDocument.Variable] = []
    private var usedVariables: Set<String> = []
    private var operation: [GraphQLDocument.Selection]?
    private var fragments: [String: [GraphQLDocument.Selection]] = [:]

    /// The document with exactly one operation, which must be a query.
    static func document(_ text: String) throws(GraphQLSyntaxError) -> GraphQLDocument {
        var parser = GraphQLParser(tokens: try GraphQLTokenizer.tokens(of: text))
        while parser.index < parser.tokens.count { try parser.definition() }
        guard let operation = parser.operation else {
            throw GraphQLSyntaxError(message: "there is no query in it", line: 1)
        }
        return GraphQLDocument(
            variables: parser.variables,
            usedVariables: parser.usedVariables,
            selections: operation,
            fragments: parser.fragments
        )
    }

    private init(tokens: [GraphQLToken]) {
        self.tokens = tokens
    }

    private mutating func definition() throws(GraphQLSyntaxError) {
        switch tokens[index].kind {
        case .punctuator("{"): break
        case .name("query"):
            index += 1
            if case .name = kind { index += 1 }
            if kind == .punctuator("(") { try variableDefinitions() }
            try directives()
        case .name("fragment"):
            index += 1
            let name = try name("a fragment's name")
            guard try self.name("`on`") == "on" else { throw failure("a fragment without `on`") }
            _ = try self.name("a type")
            try directives()
            fragments[name] = try selectionSet()
            return
        case .name("mutation"), .name("subscription"): throw failure("only a query can be read")
        default: throw failure("expected `query`, `fragment` or `{`")
        }
        guard operation == nil else { throw failure("more than one operation: a source has one query") }
        operation = try selectionSet()
    }

    private mutating func variableDefinitions() throws(GraphQLSyntaxError) {
        index += 1
        while kind != .punctuator(")") {
            try expect("$")
            let name = try name("a variable's name")
            try expect(":")
            let isNonNull = try type()
            var hasDefault = false
            if kind == .punctuator("=") {
                index += 1
                hasDefault = true
                try value(isConstant: true)
            }
            try directives()
            variables.append(.init(name: name, isRequired: isNonNull && !hasDefault))
        }
        index += 1
    }

    /// - Returns: whether the type ends in `!`.
    private mutating func type() throws(GraphQLSyntaxError) -> Bool {
        if kind == .punctuator("[") {
            index += 1
            _ = try type()
            try expect("]")
        } else {
            _ = try name("a type")
        }
        guard kind == .punctuator("!") else { return false }
        index += 1
        return true
    }

    private mutating func selectionSet() throws(GraphQLSyntaxError) -> [GraphQLDocument.Selection] {
        try expect("{")
        var selections: [GraphQLDocument.Selection] = []
        while kind != .punctuator("}") { selections.append(try selection()) }
        index += 1
        return selections
    }

    private mutating func selection() throws(GraphQLSyntaxError) -> GraphQLDocument.Selection {
        if kind == .punctuator("...") {
            index += 1
            if case .name(let name) = kind {
                index += 1
                if name != "on" {
                    try directives()
                    return .spread(name)
                }
                _ = try self.name("a type")
            }
            try directives()
            return .fragment(try selectionSet())
        }
        let name = try name("a field or `}`")
        if kind == .punctuator(":") {
            index += 1
            _ = try self.name("the field of the alias `\(name)`")
        }
        if kind == .punctuator("(") { try arguments() }
        try directives()
        return .field(name: name, kind == .punctuator("{") ? try selectionSet() : [])
    }

    private mutating func arguments() throws(GraphQLSyntaxError) {
        index += 1
        while kind != .punctuator(")") {
            _ = try name("an argument or `)`")
            try expect(":")
            try value(isConstant: false)
        }
        index += 1
    }

    private mutating func directives() throws(GraphQLSyntaxError) {
        while kind == .punctuator("@") {
            index += 1
            _ = try name("a directive's name")
            if kind == .punctuator("(") { try arguments() }
        }
    }

    private mutating func value(isConstant: Bool) throws(GraphQLSyntaxError) {
        switch kind {
        case .name, .literal: index += 1
        case .punctuator("$") where !isConstant:
            index += 1
            usedVariables.insert(try name("a variable's name"))
        case .punctuator("["):
            index += 1
            while kind != .punctuator("]") { try value(isConstant: isConstant) }
            index += 1
        case .punctuator("{"):
            index += 1
            while kind != .punctuator("}") {
                _ = try name("a field of the value")
                try expect(":")
                try value(isConstant: isConstant)
            }
            index += 1
        default: throw failure("expected a value")
        }
    }

    private var kind: GraphQLToken.Kind? { index < tokens.count ? tokens[index].kind : nil }

    private mutating func name(_ what: String) throws(GraphQLSyntaxError) -> String {
        guard case .name(let name) = kind else { throw failure("expected \(what)") }
        index += 1
        return name
    }

    private mutating func expect(_ punctuator: String) throws(GraphQLSyntaxError) {
        guard kind == .punctuator(punctuator) else { throw failure("expected `\(punctuator)`") }
        index += 1
    }

    private func failure(_ message: String) -> GraphQLSyntaxError {
        guard index < tokens.count else {
            return GraphQLSyntaxError(message: "\(message), found its end", line: tokens.last?.line ?? 1)
        }
        return GraphQLSyntaxError(message: message, line: tokens[index].line)
    }
}
