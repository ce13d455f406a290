extension CompiledParser {
    /// A term: what can be followed by `.name` and `[…]`.
    mutating func term() throws(Unsupported) -> CompiledNode {
        var node = try primary()
        while true {
            switch try lexer.peek() {
            case .field(let name):
                try lexer.next()
                node = IndexNode(node, literal(name), isOptional: try lexer.take("?"))
            case .symbol("["): node = try bracket(after: node)
            case .symbol("."):
                try lexer.next()
                guard try lexer.peek() == .quote else { throw Unsupported() }
                node = IndexNode(node, try string(), isOptional: try lexer.take("?"))
            default: return node
            }
        }
    }

    private mutating func primary() throws(Unsupported) -> CompiledNode {
        switch try lexer.peek() {
        case .quote: return try string()
        default: break
        }
        switch try lexer.next() {
        case .field(let name):
            return IndexNode(IdentityNode(), literal(name), isOptional: try lexer.take("?"))
        case .number(let number): return LiteralNode(.number(number))
        case .name(let name): return try call(name)
        case .variable(let name): return try variable(name)
        case .symbol("."):
            guard try lexer.peek() == .quote else { return IdentityNode() }
            return IndexNode(IdentityNode(), try string(), isOptional: try lexer.take("?"))
        case .symbol("("):
            let node = try pipe()
            try lexer.expect(")")
            return node
        case .symbol("["):
            if try lexer.take("]") { return CollectionNode(nil) }
            let body = try pipe()
            try lexer.expect("]")
            return CollectionNode(body)
        case .symbol("{"): return try object()
        default: throw Unsupported()
        }
    }

    private func variable(_ name: String) throws(Unsupported) -> CompiledNode {
        guard let found = scope.last(where: { $0.name == name }) else { throw Unsupported() }
        return VariableNode(found.number)
    }

    private func literal(_ text: String) -> LiteralNode {
        LiteralNode(.string(Array(text.utf8)))
    }

    /// `[]`, `[key]` or `[from:to]` after a term.
    private mutating func bracket(after base: CompiledNode) throws(Unsupported) -> CompiledNode {
        try lexer.next()
        if try lexer.take("]") { return IterationNode(base, isOptional: try lexer.take("?")) }
        if try lexer.take(":") {
            let to = try pipe()
            return try slice(base, LiteralNode(.null), to)
        }
        let key = try pipe()
        if try lexer.take(":") {
            let to = try lexer.peek() == .symbol("]") ? LiteralNode(.null) : try pipe()
            return try slice(base, key, to)
        }
        try lexer.expect("]")
        return IndexNode(base, key, isOptional: try lexer.take("?"))
    }

    private mutating func slice(
        _ base: CompiledNode,
        _ from: CompiledNode,
        _ to: CompiledNode
    ) throws(Unsupported) -> CompiledNode {
        try lexer.expect("]")
        guard from.cardinality == .one, to.cardinality == .one, try lexer.peek() != .symbol("?") else {
            throw Unsupported()
        }
        return SliceNode(base, from: from, to: to)
    }

    /// A string with its interpolations.
    private mutating func string() throws(Unsupported) -> CompiledNode {
        guard try lexer.next() == .quote else { throw Unsupported() }
        var parts: [CompiledNode] = []
        var isOpen = true
        while isOpen {
            let part = try lexer.stringPart()
            if !part.text.isEmpty || (parts.isEmpty && !part.isInterpolated) {
                parts.append(LiteralNode(.string(part.text)))
            }
            isOpen = part.isInterpolated
            guard isOpen else { break }
            let value = try pipe()
            guard value.cardinality == .one, try lexer.peek() == .symbol(")") else { throw Unsupported() }
            try lexer.next()
            parts.append(value)
        }
        if parts.count == 1, let literal = parts[0] as? LiteralNode, literal.literal.kind == .string { return literal }
        return InterpolationNode(parts)
    }

    /// After `{`. In jq 1.6 a value is a term, or several between `|`; anything else is in parentheses.
    private mutating func object() throws(Unsupported) -> CompiledNode {
        var members: [ObjectNode.Member] = []
        while try !lexer.take("}") {
            members.append(try member())
            if try lexer.take("}") { break }
            try lexer.expect(",")
        }
        return ObjectNode(members)
    }

    private mutating func member() throws(Unsupported) -> ObjectNode.Member {
        if try lexer.peek() == .quote {
            let key = try string()
            if try lexer.take(":") { return ObjectNode.Member(key: key, value: try memberValue()) }
            guard key is LiteralNode else { throw Unsupported() }
            return ObjectNode.Member(key: key, value: IndexNode(IdentityNode(), key, isOptional: false))
        }
        switch try lexer.next() {
        case .name(let name):
            if try lexer.take(":") { return ObjectNode.Member(key: literal(name), value: try memberValue()) }
            let value = IndexNode(IdentityNode(), literal(name), isOptional: false)
            // Keywords stand for no member.
            guard !Self.keywords.contains(name) else { throw Unsupported() }
            return ObjectNode.Member(key: literal(name), value: value)
        case .variable(let name): return ObjectNode.Member(key: literal(name), value: try variable(name))
        case .symbol("("):
            let key = try pipe()
            try lexer.expect(")")
            try lexer.expect(":")
            // A constant that is no string is an error as jq compiles.
            guard (key as? LiteralNode)?.literal.kind ?? .string == .string, !key.mayBeConstant else {
                throw Unsupported()
            }
            return ObjectNode.Member(key: key, value: try memberValue())
        default: throw Unsupported()
        }
    }

    private mutating func memberValue() throws(Unsupported) -> CompiledNode {
        if case .symbol("-") = try lexer.peek() { throw Unsupported() }
        let left = try term()
        return try lexer.take("|") ? PipeNode(left, try memberValue()) : left
    }
}

extension CompiledNode {
    /// Whether jq may compute it as it compiles.
    fileprivate var mayBeConstant: Bool {
        switch self {
        case is CollectionNode, is ObjectNode: true
        case let node as OperatorNode: node.hasConstants
        default: false
        }
    }
}
