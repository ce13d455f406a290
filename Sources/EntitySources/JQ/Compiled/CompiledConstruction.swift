internal import Catalog

/// `[body]`
final class CollectionNode: CompiledNode {
    private let body: CompiledNode?

    init(_ body: CompiledNode?) {
        self.body = body
        super.init(.one)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        var values: [CompiledValue] = []
        try body?.each(input, context) { (value) throws(CompiledStop) in values.append(value) }
        return .array(values)
    }
}

/// `{key: value, …}`
final class ObjectNode: CompiledNode {
    struct Member {
        let key: CompiledNode
        let value: CompiledNode
    }

    private let members: [Member]
    /// True if all keys are literals and none comes twice: then nothing need be looked for.
    private let hasDistinctKeys: Bool

    init(_ members: [Member]) {
        self.members = members
        var names: Set<[UInt8]> = []
        hasDistinctKeys = members.allSatisfy { member in
            guard let name = (member.key as? LiteralNode)?.literal.withUTF8({ Array($0) }) else { return false }
            return names.insert(name).inserted
        }
        super.init(.all(members.flatMap { [$0.key, $0.value] }))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        var object = CompiledObject(capacity: members.count)
        for member in members {
            guard let key = try member.key.value(input, context) else { return nil }
            guard let value = try member.value.value(input, context) else { return nil }
            if hasDistinctKeys {
                object.append(key, value)
            } else {
                guard key.kind == .string else { throw .raised }
                object.set(key, value)
            }
        }
        return .object(object)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try each(from: 0, CompiledObject(), input, context, emit)
    }

    /// The last member's results change fastest.
    private func each(
        from index: Int,
        _ object: CompiledObject,
        _ input: CompiledValue,
        _ context: CompiledContext,
        _ emit: Emit
    ) throws(CompiledStop) {
        guard index < members.count else { return try emit(.object(object)) }
        try members[index].key.each(input, context) { (key) throws(CompiledStop) in
            try members[index].value.each(input, context) { (value) throws(CompiledStop) in
                guard key.kind == .string else { throw .raised }
                var object = object
                object.set(key, value)
                try each(from: index + 1, object, input, context, emit)
            }
        }
    }
}

/// `"text \(expression)"`
final class InterpolationNode: CompiledNode {
    private let parts: [CompiledNode]

    /// Each part has one result.
    init(_ parts: [CompiledNode]) {
        self.parts = parts
        super.init(.one)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        var text: [UInt8] = []
        for part in parts { try CompiledText.append(part.one(input, context), to: &text) }
        return .string(text)
    }
}

/// `left + right` and all other operators on two values.
final class OperatorNode: CompiledNode {
    typealias Operation = (CompiledValue, CompiledValue) throws(CompiledStop) -> CompiledValue

    private let left: CompiledNode
    private let right: CompiledNode
    private let operation: Operation

    init(_ left: CompiledNode, _ right: CompiledNode, _ operation: @escaping Operation) {
        self.left = left
        self.right = right
        self.operation = operation
        super.init(.all([left, right]))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        guard let right = try right.value(input, context), let left = try left.value(input, context) else { return nil }
        return try operation(left, right)
    }

    /// Whether both sides are literals, or are computed from such.
    var hasConstants: Bool {
        [left, right].allSatisfy { $0 is LiteralNode || ($0 as? OperatorNode)?.hasConstants == true }
    }

    /// The left side's results change fastest.
    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try right.each(input, context) { (right) throws(CompiledStop) in
            try left.each(input, context) { (left) throws(CompiledStop) in try emit(operation(left, right)) }
        }
    }
}

/// Values as text: what `tostring` gives.
enum CompiledText {
    static func append(_ value: CompiledValue, to text: inout [UInt8]) throws(CompiledStop) {
        if value.withUTF8({ text.append(contentsOf: $0) }) == nil { text += try json(value) }
    }

    /// What `tojson` gives.
    static func json(_ value: CompiledValue) throws(CompiledStop) -> [UInt8] {
        var writer = JSONWriter(capacity: 64)
        try CompiledPrinter.write(value, to: &writer)
        return writer.bytes
    }
}
