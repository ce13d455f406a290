/// What the nodes of one evaluation share.
final class CompiledContext {
    /// The values of the variables, by number.
    var variables: [CompiledValue]
    private let guardian: MappingGuard

    init(variables: Int, guardian: MappingGuard) {
        self.variables = Array(repeating: .null, count: variables)
        self.guardian = guardian
    }

    @inline(__always)
    func checkTime() throws(CompiledStop) {
        try guardian.checkTime()
    }
}

/// A part of a compiled expression: a function from one value to any number of them.
class CompiledNode {
    /// How many results there can be, which decides how a node is evaluated.
    enum Cardinality: Int, Comparable {
        case one, atMostOne, many

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    typealias Emit = (CompiledValue) throws(CompiledStop) -> Void

    let cardinality: Cardinality

    init(_ cardinality: Cardinality) {
        self.cardinality = cardinality
    }

    /// The result; nil if there is none. Not for nodes that can have many.
    func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        throw .unsupported
    }

    /// Calls `emit` with each result, one after the other. What `emit` throws passes through this node, as an error that is raised
    /// further on passes through an expression of jq's.
    func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        if let value = try value(input, context) { try emit(value) }
    }
}

extension CompiledNode {
    /// The result of a node that always has one.
    @inline(__always)
    final func one(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue {
        guard let value = try value(input, context) else { throw .unsupported }
        return value
    }
}

extension CompiledNode.Cardinality {
    /// Of parts of which every one must have a result for there to be one.
    static func all(_ parts: [CompiledNode]) -> Self { parts.map(\.cardinality).max() ?? .one }
}
