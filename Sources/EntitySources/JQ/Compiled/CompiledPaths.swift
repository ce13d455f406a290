internal import Catalog

/// `.`
final class IdentityNode: CompiledNode {
    init() { super.init(.one) }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        input
    }
}

/// A constant.
final class LiteralNode: CompiledNode {
    let literal: CompiledValue

    init(_ literal: CompiledValue) {
        self.literal = literal
        super.init(.one)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        literal
    }
}

/// `$name`
final class VariableNode: CompiledNode {
    private let number: Int

    init(_ number: Int) {
        self.number = number
        super.init(.one)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        context.variables[number]
    }
}

/// `base.key`, `base[key]` and their forms with `?`.
final class IndexNode: CompiledNode {
    private let base: CompiledNode
    private let key: CompiledNode
    private let isOptional: Bool

    init(_ base: CompiledNode, _ key: CompiledNode, isOptional: Bool) {
        self.base = base
        self.key = key
        self.isOptional = isOptional
        super.init(max(.all([base, key]), isOptional ? .atMostOne : .one))
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        guard let key = try key.value(input, context), let base = try base.value(input, context) else { return nil }
        return try look(up: key, in: base)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try key.each(input, context) { (key) throws(CompiledStop) in
            try base.each(input, context) { (base) throws(CompiledStop) in
                if let found = try look(up: key, in: base) { try emit(found) }
            }
        }
    }

    private func look(up key: CompiledValue, in base: CompiledValue) throws(CompiledStop) -> CompiledValue? {
        do throws(CompiledStop) {
            return try base.value(at: key)
        } catch .raised where isOptional {
            return nil
        }
    }
}

/// `base[]` and `base[]?`
final class IterationNode: CompiledNode {
    private let base: CompiledNode
    private let isOptional: Bool

    init(_ base: CompiledNode, isOptional: Bool) {
        self.base = base
        self.isOptional = isOptional
        super.init(.many)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        try base.each(input, context) { (value) throws(CompiledStop) in
            switch value {
            case .element(let element) where element.isArray:
                for element in element.elements {
                    try context.checkTime()
                    try emit(CompiledValue(element))
                }
            case .array(let values):
                for value in values {
                    try context.checkTime()
                    try emit(value)
                }
            default:
                guard let members = value.members else {
                    if isOptional { return }
                    throw .raised
                }
                for entry in members.entries {
                    try context.checkTime()
                    try emit(entry.value)
                }
            }
        }
    }
}

/// `base[from:to]`
final class SliceNode: CompiledNode {
    private let base: CompiledNode
    private let from: CompiledNode
    private let to: CompiledNode

    /// Bounds must have one result each.
    init(_ base: CompiledNode, from: CompiledNode, to: CompiledNode) {
        self.base = base
        self.from = from
        self.to = to
        super.init(base.cardinality)
    }

    override func value(_ input: CompiledValue, _ context: CompiledContext) throws(CompiledStop) -> CompiledValue? {
        let (from, to) = (try from.one(input, context), try to.one(input, context))
        return try base.value(input, context)?.slice(from: from, to: to)
    }

    override func each(_ input: CompiledValue, _ context: CompiledContext, _ emit: Emit) throws(CompiledStop) {
        let (from, to) = (try from.one(input, context), try to.one(input, context))
        try base.each(input, context) { (base) throws(CompiledStop) in try emit(base.slice(from: from, to: to)) }
    }
}

extension CompiledValue {
    /// What `.[key]` gives.
    func value(at key: CompiledValue) throws(CompiledStop) -> CompiledValue {
        switch (self, key) {
        case (.null, .text), (.null, .string), (.null, .number): return .null
        case (.element(let element), .text(let name)) where element.isObject: return element.member(name)
        case (.element(let element), .string(let name)) where element.isObject:
            return name.withUnsafeBufferPointer { element.member($0) }
        case (.object(let object), .text(let name)): return object[name] ?? .null
        case (.object(let object), .string(let name)): return name.withUnsafeBufferPointer { object[$0] } ?? .null
        case (.element(let element), .number(let number)) where element.isArray:
            let index = try CompiledValue.index(number, count: count)
            var place = 0
            for value in element.elements {
                if place == index { return CompiledValue(value) }
                place += 1
            }
            return .null
        case (.array(let values), .number(let number)):
            let index = try CompiledValue.index(number, count: values.count)
            return values.indices.contains(index) ? values[index] : .null
        default:
            // Arrays and objects as keys mean other things.
            if key.count != nil { throw .unsupported }
            throw .raised
        }
    }

    private static func index(_ number: Double, count: @autoclosure () -> Int?) throws(CompiledStop) -> Int {
        guard let index = Int32(exactly: number) else { throw .unsupported }
        return index < 0 ? Int(index) + (count() ?? 0) : Int(index)
    }

    /// What `.[from:to]` gives; strings are counted in code points.
    fileprivate func slice(from: CompiledValue, to: CompiledValue) throws(CompiledStop) -> CompiledValue {
        let length: Int
        switch kind {
        case .null: return .null
        case .array: length = count ?? 0
        case .string: length = withUTF8 { $0.codePoints } ?? 0
        default: throw .raised
        }
        let start = max(0, min(try Self.bound(from, 0, length), length))
        let end = max(start, min(try Self.bound(to, length, length), length))
        if let elements { return .array(Array(elements[start..<end])) }
        return withUTF8 { bytes in
            .string(Array(bytes[bytes.offset(ofCodePoint: start)..<bytes.offset(ofCodePoint: end)]))
        } ?? .null
    }

    private static func bound(_ value: CompiledValue, _ none: Int, _ length: Int) throws(CompiledStop) -> Int {
        switch value {
        case .null: return none
        case .number(let number):
            guard let bound = Int32(exactly: number) else { throw .unsupported }
            return bound < 0 ? Int(bound) + length : Int(bound)
        default: throw .raised
        }
    }
}

extension JSONElement {
    /// The member of this name, of duplicates the last; null where there is none.
    @inline(__always)
    fileprivate func member(_ name: UnsafeBufferPointer<UInt8>) -> CompiledValue {
        var found: JSONElement?
        for (key, value) in members where key.isEqual(to: name) { found = value }
        return found.map { CompiledValue($0) } ?? .null
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// How many code points the UTF-8 has.
    var codePoints: Int { reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } }

    func offset(ofCodePoint number: Int) -> Int {
        var seen = 0
        for (offset, byte) in enumerated() where byte & 0xC0 != 0x80 {
            if seen == number { return offset }
            seen += 1
        }
        return count
    }
}
