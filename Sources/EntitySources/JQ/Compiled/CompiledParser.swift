/// Reads the subset of jq 1.6 that is evaluated without libjq.
///
/// It takes nothing that jq 1.6 would refuse, and reads what it takes as jq 1.6 does; anything else is unsupported.
struct CompiledParser {
    typealias Unsupported = CompiledLexer.Unsupported

    enum Arithmetic {
        case subtract, multiply, divide
    }

    var lexer: CompiledLexer
    /// The variables in sight, the innermost last, each with its number.
    var scope: [(name: String, number: Int)] = []
    private(set) var variables = 0
    private var calls = 0

    static let keywords: Set<String> = [
        "def", "if", "then", "elif", "else", "end", "and", "or", "as", "reduce", "foreach", "try", "catch", "label",
        "import",
        "include", "module", "__loc__",
    ]

    /// The node of an expression.
    ///
    /// - Returns: nil for what is not in the subset. `variables` is how many variables it has; those that are given come first.
    static func parse(_ text: String, variables: [String]) -> (root: CompiledNode, variables: Int)? {
        var parser = CompiledParser(lexer: CompiledLexer(text))
        for variable in variables { _ = parser.declare(variable) }
        do throws(Unsupported) {
            let root = try parser.pipe()
            guard try parser.lexer.peek() == .end else { return nil }
            return (root, parser.variables)
        } catch {
            return nil
        }
    }

    mutating func declare(_ name: String) -> Int {
        defer { variables += 1 }
        scope.append((name, variables))
        return variables
    }

    // The levels of precedence, from the loosest.

    mutating func pipe() throws(Unsupported) -> CompiledNode {
        let left = try comma()
        return try lexer.take("|") ? PipeNode(left, try pipe()) : left
    }

    private mutating func comma() throws(Unsupported) -> CompiledNode {
        var left = try alternative()
        while try lexer.take(",") { left = CommaNode(left, try alternative()) }
        return left
    }

    private mutating func alternative() throws(Unsupported) -> CompiledNode {
        let left = try disjunction()
        return try lexer.take("//") ? AlternativeNode(left, try alternative()) : left
    }

    private mutating func disjunction() throws(Unsupported) -> CompiledNode {
        var left = try conjunction()
        while try lexer.peek() == .name("or") {
            try lexer.next()
            left = LogicNode(left, try conjunction(), decisive: true)
        }
        return left
    }

    private mutating func conjunction() throws(Unsupported) -> CompiledNode {
        var left = try comparison()
        while try lexer.peek() == .name("and") {
            try lexer.next()
            left = LogicNode(left, try comparison(), decisive: false)
        }
        return left
    }

    private mutating func comparison() throws(Unsupported) -> CompiledNode {
        let left = try sum()
        guard let compare = try comparisonOperator() else { return left }
        let right = try sum()
        // `a == b == c` is an error in jq.
        guard try comparisonOperator() == nil else { throw Unsupported() }
        return OperatorNode(left, right, compare)
    }

    private mutating func comparisonOperator() throws(Unsupported) -> OperatorNode.Operation? {
        guard case .symbol(let symbol) = try lexer.peek() else { return nil }
        let operation: OperatorNode.Operation
        switch symbol {
        case "==": operation = { (a, b) throws(CompiledStop) in .bool(try CompiledOperators.areEqual(a, b)) }
        case "!=": operation = { (a, b) throws(CompiledStop) in .bool(try !CompiledOperators.areEqual(a, b)) }
        case "<": operation = { (a, b) throws(CompiledStop) in .bool(try CompiledOperators.compare(a, b) < 0) }
        case "<=": operation = { (a, b) throws(CompiledStop) in .bool(try CompiledOperators.compare(a, b) <= 0) }
        case ">": operation = { (a, b) throws(CompiledStop) in .bool(try CompiledOperators.compare(a, b) > 0) }
        case ">=": operation = { (a, b) throws(CompiledStop) in .bool(try CompiledOperators.compare(a, b) >= 0) }
        default: return nil
        }
        try lexer.next()
        return operation
    }

    private mutating func sum() throws(Unsupported) -> CompiledNode {
        var left = try product()
        while true {
            if try lexer.take("+") {
                left = OperatorNode(left, try product()) { (a, b) throws(CompiledStop) in
                    try CompiledOperators.add(a, b)
                }
            } else if try lexer.take("-") {
                left = arithmetic(.subtract, left, try product())
            } else {
                return left
            }
        }
    }

    private mutating func product() throws(Unsupported) -> CompiledNode {
        var left = try postfix()
        while true {
            let operation: Arithmetic
            if try lexer.take("*") {
                operation = .multiply
            } else if try lexer.take("/") {
                operation = .divide
            } else {
                return left
            }
            let right = try postfix()
            // jq computes constants as it compiles, and refuses to divide by zero then.
            let node = arithmetic(operation, left, right)
            guard !node.hasConstants else { throw Unsupported() }
            left = node
        }
    }

    private func arithmetic(_ operation: Arithmetic, _ left: CompiledNode, _ right: CompiledNode) -> OperatorNode {
        OperatorNode(left, right) { (a, b) throws(CompiledStop) in try CompiledOperators.arithmetic(operation, a, b) }
    }

    /// A term with its `as` or its `?`, or what is no term in jq 1.6.
    private mutating func postfix() throws(Unsupported) -> CompiledNode {
        if case .name("if") = try lexer.peek() {
            let node = try condition()
            return try lexer.take("?") ? TryNode(node) : node
        }
        if case .symbol("-") = try lexer.peek() { return try negativeNumber() }
        let term = try term()
        if try lexer.peek() == .name("as") {
            try lexer.next()
            guard case .variable(let name) = try lexer.next() else { throw Unsupported() }
            try lexer.expect("|")
            let number = declare(name)
            let body = try pipe()
            scope.removeLast()
            return BindingNode(term, variable: number, body)
        }
        return try lexer.take("?") ? TryNode(term) : term
    }

    /// Of what begins with a minus only numbers: `-1`.
    private mutating func negativeNumber() throws(Unsupported) -> CompiledNode {
        try lexer.next()
        guard case .number(let number) = try lexer.next(), number != 0 else { throw Unsupported() }
        switch try lexer.peek() {
        case .field, .quote, .symbol("["), .symbol("."), .symbol("?"), .symbol("*"), .symbol("/"), .name("as"):
            throw Unsupported()
        default: return LiteralNode(.number(-number))
        }
    }

    /// After `if`; `else` is not optional in jq 1.6.
    private mutating func condition() throws(Unsupported) -> CompiledNode {
        try lexer.next()
        let condition = try pipe()
        guard try lexer.next() == .name("then") else { throw Unsupported() }
        let yes = try pipe()
        switch try lexer.peek() {
        case .name("elif"): return ConditionNode(condition, yes, try self.condition())
        case .name("else"):
            try lexer.next()
            let no = try pipe()
            guard try lexer.next() == .name("end") else { throw Unsupported() }
            return ConditionNode(condition, yes, no)
        default: throw Unsupported()
        }
    }

    /// A call, or `true`, `false` and `null`.
    mutating func call(_ name: String) throws(Unsupported) -> CompiledNode {
        guard !Self.keywords.contains(name) else { throw Unsupported() }
        var arguments: [CompiledNode] = []
        if try lexer.take("(") {
            repeat { arguments.append(try pipe()) } while try lexer.take(";")
            try lexer.expect(")")
        }
        calls += 1
        guard let node = CompiledBuiltins.node(name, arguments, number: calls) else { throw Unsupported() }
        return node
    }
}
