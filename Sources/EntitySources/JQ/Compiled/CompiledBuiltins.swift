internal import Catalog

/// The functions of the subset, each as jq 1.6 defines it.
enum CompiledBuiltins {
    /// The node of a call; nil for a function that is not in the subset.
    ///
    /// - Parameter number: one that no other call has.
    static func node(_ name: String, _ arguments: [CompiledNode], number: Int) -> CompiledNode? {
        switch arguments.count {
        case 0: withoutArguments[name]?()
        case 1: withOneArgument(name, arguments[0], number)
        default: nil
        }
    }

    private static func withOneArgument(_ name: String, _ argument: CompiledNode, _ number: Int) -> CompiledNode? {
        switch name {
        case "select": return SelectNode(argument)
        case "map": return mapping(argument)
        case "with_entries":
            let taking = FunctionNode { (input) throws(CompiledStop) in try entries(input) }
            let making = FunctionNode { (input) throws(CompiledStop) in try object(input) }
            return PipeNode(taking, PipeNode(mapping(argument), making))
        case "first": return FirstNode(argument, number: number)
        default: break
        }
        // Of several results of an argument, jq has orders of its own.
        guard argument.cardinality == .one else { return nil }
        switch name {
        case "any", "all": return QuantifierNode(argument, isAny: name == "any")
        case "startswith": return FunctionOfValueNode(argument) { (a, b) throws(CompiledStop) in try startsWith(a, b) }
        case "endswith": return FunctionOfValueNode(argument) { (a, b) throws(CompiledStop) in try endsWith(a, b) }
        case "ltrimstr": return FunctionOfValueNode(argument) { (a, b) throws(CompiledStop) in trimStart(a, b) }
        case "rtrimstr": return FunctionOfValueNode(argument) { (a, b) throws(CompiledStop) in trimEnd(a, b) }
        case "split": return FunctionOfValueNode(argument) { (a, b) throws(CompiledStop) in try split(a, b) }
        case "join": return FunctionOfValueNode(argument) { (a, b) throws(CompiledStop) in try join(a, b) }
        case "has": return FunctionOfValueNode(argument) { (a, b) throws(CompiledStop) in try has(a, b) }
        default: return nil
        }
    }

    private static func mapping(_ body: CompiledNode) -> CompiledNode {
        CollectionNode(PipeNode(IterationNode(IdentityNode(), isOptional: false), body))
    }

    private static let withoutArguments: [String: @Sendable () -> CompiledNode] = [
        "null": { LiteralNode(.null) }, "true": { LiteralNode(.bool(true)) }, "false": { LiteralNode(.bool(false)) },
        "empty": { FunctionNode(.atMostOne) { (_) throws(CompiledStop) in nil } },
        "not": { FunctionNode { (input) throws(CompiledStop) in .bool(!input.isTrue) } },
        "values": { FunctionNode(.atMostOne) { (input) throws(CompiledStop) in input.kind == .null ? nil : input } },
        "strings": { FunctionNode(.atMostOne) { (input) throws(CompiledStop) in input.kind == .string ? input : nil } },
        "arrays": { FunctionNode(.atMostOne) { (input) throws(CompiledStop) in input.kind == .array ? input : nil } },
        "objects": { FunctionNode(.atMostOne) { (input) throws(CompiledStop) in input.kind == .object ? input : nil } },
        "numbers": { FunctionNode(.atMostOne) { (input) throws(CompiledStop) in input.kind == .number ? input : nil } },
        "type": { FunctionNode { (input) throws(CompiledStop) in .string(Array(typeName(input).utf8)) } },
        "length": { FunctionNode { (input) throws(CompiledStop) in try length(input) } },
        "tostring": {
            FunctionNode { (input) throws(CompiledStop) in
                input.kind == .string ? input : .string(try CompiledText.json(input))
            }
        },
        "tojson": { FunctionNode { (input) throws(CompiledStop) in .string(try CompiledText.json(input)) } },
        "tonumber": { FunctionNode { (input) throws(CompiledStop) in try number(input) } },
        "ascii_downcase": {
            FunctionNode { (input) throws(CompiledStop) in try changingCase(input, of: UInt8(ascii: "A")) }
        },
        "ascii_upcase": {
            FunctionNode { (input) throws(CompiledStop) in try changingCase(input, of: UInt8(ascii: "a")) }
        },
        "first": { IndexNode(IdentityNode(), LiteralNode(.number(0)), isOptional: false) },
        "last": { IndexNode(IdentityNode(), LiteralNode(.number(-1)), isOptional: false) },
        "any": { QuantifierNode(IdentityNode(), isAny: true) }, "all": { QuantifierNode(IdentityNode(), isAny: false) },
        "add": { FunctionNode { (input) throws(CompiledStop) in try sum(input) } },
        "keys": { FunctionNode { (input) throws(CompiledStop) in try keys(input) } },
        "to_entries": { FunctionNode { (input) throws(CompiledStop) in try entries(input) } },
        "from_entries": { FunctionNode { (input) throws(CompiledStop) in try object(input) } },
    ]

    private static func typeName(_ input: CompiledValue) -> String {
        switch input.kind {
        case .null: "null"
        case .false, .true: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private static func length(_ input: CompiledValue) throws(CompiledStop) -> CompiledValue {
        switch input {
        case .null: return .number(0)
        case .bool: throw .raised
        case .number(let number): return .number(number.magnitude)
        default: return .number(Double(input.count ?? input.withUTF8 { $0.codePoints } ?? 0))
        }
    }

    /// Only what both JSON and Swift read as the same number.
    private static func number(_ input: CompiledValue) throws(CompiledStop) -> CompiledValue {
        if case .number = input { return input }
        guard let text = input.withUTF8({ String(decoding: $0, as: UTF8.self) }) else { throw .raised }
        guard let last = text.utf8.last, last.isDigit, let first = text.utf8.first, first.isDigit,
            text.utf8.count < 300, text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }),
            let number = Double(text)
        else { throw .unsupported }
        return .number(number)
    }

    private static func changingCase(_ input: CompiledValue, of first: UInt8) throws(CompiledStop) -> CompiledValue {
        guard var text = input.withUTF8({ Array($0) }) else { throw .raised }
        for index in text.indices where text[index] >= first && text[index] < first + 26 { text[index] ^= 0x20 }
        return .string(text)
    }

    private static func sum(_ input: CompiledValue) throws(CompiledStop) -> CompiledValue {
        guard let values = input.elements ?? input.members?.entries.map(\.value) else { throw .raised }
        var sum = CompiledValue.null
        for value in values { sum = try CompiledOperators.add(sum, value) }
        return sum
    }

    private static func keys(_ input: CompiledValue) throws(CompiledStop) -> CompiledValue {
        if let values = input.elements { return .array(values.indices.map { .number(Double($0)) }) }
        guard let members = input.members else { throw .raised }
        let keys = members.entries.map(\.key).sorted { left, right in
            left.withUTF8(and: right) { CompiledOperators.compare($0, $1) < 0 } ?? false
        }
        return .array(keys)
    }

    private static func entries(_ input: CompiledValue) throws(CompiledStop) -> CompiledValue {
        guard let members = input.members else {
            // An array's keys are numbers, and no names.
            if input.kind == .array { throw .unsupported }
            throw .raised
        }
        return .array(
            members.entries.map { entry in
                var object = CompiledObject(capacity: 2)
                object.append(.string(Array("key".utf8)), entry.key)
                object.append(.string(Array("value".utf8)), entry.value)
                return .object(object)
            }
        )
    }

    /// The entries that everybody writes; jq knows of more names, and of keys that are no strings.
    private static func object(_ input: CompiledValue) throws(CompiledStop) -> CompiledValue {
        guard let entries = input.elements else { throw .unsupported }
        var object = CompiledObject(capacity: entries.count)
        for entry in entries {
            guard let members = entry.members, let key = members["key"], key.kind == .string,
                let value = members["value"]
            else { throw .unsupported }
            object.set(key, value)
        }
        return .object(object)
    }
}
