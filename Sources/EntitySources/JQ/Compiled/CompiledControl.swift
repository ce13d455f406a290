/// `left | right`
final class PipeNode: CompiledNode {
    private let left: CompiledNode
    private let right: CompiledNode

    init(_ left: CompiledNode, _ right: CompiledNode) {
        self.left = left
        self.right = right
        super.init(.all([left, right]))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        guard let between = try left.value(input, context) else { return nil }
        return try right.value(between, context)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try left.each(input, context) { (between) throws(CompiledStop) in try right.each(between, context, emit) }
    }
}

/// `left, right`
final class CommaNode: CompiledNode {
    private let left: CompiledNode
    private let right: CompiledNode

    init(_ left: CompiledNode, _ right: CompiledNode) {
        self.left = left
        self.right = right
        super.init(.many)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try left.each(input, context, emit)
        try right.each(input, context, emit)
    }
}

/// `left // right`: in jq 1.6 an error of the left side is an error.
final class AlternativeNode: CompiledNode {
    private let left: CompiledNode
    private let right: CompiledNode

    init(_ left: CompiledNode, _ right: CompiledNode) {
        self.left = left
        self.right = right
        super.init(left.cardinality == .many ? .many : right.cardinality)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        if let value = try left.value(input, context), value.isTrue { return value }
        return try right.value(input, context)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        var isFound = false
        try left.each(input, context) { (value) throws(CompiledStop) in
            guard value.isTrue else { return }
            isFound = true
            try emit(value)
        }
        if !isFound { try right.each(input, context, emit) }
    }
}

/// `(body)?`: as in jq 1.6, it also catches what its results raise further on, and the end of a `first` around it.
final class TryNode: CompiledNode {
    private let body: CompiledNode

    init(_ body: CompiledNode) {
        self.body = body
        super.init(.many)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        do throws(CompiledStop) {
            try body.each(input, context, emit)
        } catch .unsupported {
            throw .unsupported
        } catch {}
    }
}

/// `if condition then yes else no end`
final class ConditionNode: CompiledNode {
    private let condition: CompiledNode
    private let yes: CompiledNode
    private let no: CompiledNode

    init(_ condition: CompiledNode, _ yes: CompiledNode, _ no: CompiledNode) {
        self.condition = condition
        self.yes = yes
        self.no = no
        super.init(.all([condition, yes, no]))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        guard let condition = try condition.value(input, context) else { return nil }
        return try (condition.isTrue ? yes : no).value(input, context)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try condition.each(input, context) { (condition) throws(CompiledStop) in
            try (condition.isTrue ? yes : no).each(input, context, emit)
        }
    }
}

/// `left and right`, `left or right`
final class LogicNode: CompiledNode {
    private let left: CompiledNode
    private let right: CompiledNode
    /// The left value that decides alone: false for `and`, true for `or`.
    private let decisive: Bool

    init(_ left: CompiledNode, _ right: CompiledNode, decisive: Bool) {
        self.left = left
        self.right = right
        self.decisive = decisive
        super.init(.all([left, right]))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        guard let first = try left.value(input, context) else { return nil }
        if first.isTrue == decisive { return .bool(decisive) }
        return try right.value(input, context).map { .bool($0.isTrue) }
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try left.each(input, context) { (first) throws(CompiledStop) in
            guard first.isTrue != decisive else { return try emit(.bool(decisive)) }
            try right.each(input, context) { (second) throws(CompiledStop) in try emit(.bool(second.isTrue)) }
        }
    }
}

/// `source as $name | body`
final class BindingNode: CompiledNode {
    private let source: CompiledNode
    private let variable: Int
    private let body: CompiledNode

    init(_ source: CompiledNode, variable: Int, _ body: CompiledNode) {
        self.source = source
        self.variable = variable
        self.body = body
        super.init(.all([source, body]))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        guard let bound = try source.value(input, context) else { return nil }
        context.variables[variable] = bound
        return try body.value(input, context)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try source.each(input, context) { (bound) throws(CompiledStop) in
            context.variables[variable] = bound
            try body.each(input, context, emit)
        }
    }
}
