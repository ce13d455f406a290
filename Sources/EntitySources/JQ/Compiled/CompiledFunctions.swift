internal import Catalog

/// A function of the input alone, such as `length`.
final class FunctionNode: CompiledNode {
    typealias Function = (CompiledValue) throws(CompiledStop) -> CompiledValue?

    private let function: Function

    init(_ cardinality: Cardinality = .one, _ function: @escaping Function) {
        self.function = function
        super.init(cardinality)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        try function(input)
    }
}

/// A function of the input and one value, such as `startswith("a")`.
final class FunctionOfValueNode: CompiledNode {
    typealias Function = (CompiledValue, CompiledValue) throws(CompiledStop) -> CompiledValue

    private let argument: CompiledNode
    private let function: Function

    /// The argument has one result.
    init(_ argument: CompiledNode, _ function: @escaping Function) {
        self.argument = argument
        self.function = function
        super.init(.one)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        try function(input, argument.one(input, context))
    }
}

/// `select(condition)`
final class SelectNode: CompiledNode {
    private let condition: CompiledNode

    init(_ condition: CompiledNode) {
        self.condition = condition
        super.init(max(condition.cardinality, .atMostOne))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        try condition.value(input, context)?.isTrue == true ? input : nil
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try condition.each(input, context) { (condition) throws(CompiledStop) in
            if condition.isTrue { try emit(input) }
        }
    }
}

/// `first(body)`
final class FirstNode: CompiledNode {
    private let body: CompiledNode
    private let number: Int

    /// - Parameter number: tells this call from every other.
    init(_ body: CompiledNode, number: Int) {
        self.body = body
        self.number = number
        super.init(.many)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        do throws(CompiledStop) {
            try body.each(input, context) { (value) throws(CompiledStop) in
                try emit(value)
                throw .broken(number)
            }
        } catch .broken(let number) where number == self.number {}
    }
}

/// `any(condition)` and `all(condition)` over the input's values.
final class QuantifierNode: CompiledNode {
    private let values: CompiledNode
    private let condition: CompiledNode
    private let isAny: Bool

    /// The condition has one result.
    init(_ condition: CompiledNode, isAny: Bool) {
        values = IterationNode(IdentityNode(), isOptional: false)
        self.condition = condition
        self.isAny = isAny
        super.init(.one)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        var isDecided = false
        try values.each(input, context) { (value) throws(CompiledStop) in
            if !isDecided { isDecided = try condition.one(value, context).isTrue == isAny }
        }
        return .bool(isDecided == isAny)
    }
}
