internal import Catalog

/// jq's operators on values.
enum CompiledOperators {
    static func add(_ left: CompiledValue, _ right: CompiledValue) throws(CompiledStop) -> CompiledValue {
        switch (left, right) {
        case (.null, let value), (let value, .null): return value
        case (.number(let left), .number(let right)): return .number(try checked(left + right))
        default: break
        }
        switch (left.kind, right.kind) {
        case (.string, .string):
            return left.withUTF8(and: right) { .string(Array($0) + $1) } ?? .null
        case (.array, .array): return .array((left.elements ?? []) + (right.elements ?? []))
        case (.object, .object):
            var result = left.members ?? CompiledObject()
            for entry in right.members?.entries ?? [] { result.set(entry.key, entry.value) }
            return .object(result)
        default: throw .raised
        }
    }

    /// `-`, `*` and `/`, of numbers only.
    static func arithmetic(
        _ operation: CompiledParser.Arithmetic,
        _ left: CompiledValue,
        _ right: CompiledValue
    ) throws(CompiledStop) -> CompiledValue {
        guard case .number(let left) = left, case .number(let right) = right else { throw .unsupported }
        switch operation {
        case .subtract: return .number(try checked(left - right))
        case .multiply: return .number(try checked(left * right))
        case .divide:
            guard right != 0 else { throw .raised }
            return .number(try checked(left / right))
        }
    }

    /// Below zero, zero or above, in jq's order of all values.
    static func compare(_ left: CompiledValue, _ right: CompiledValue) throws(CompiledStop) -> Int {
        let (mine, theirs) = (left.kind, right.kind)
        guard mine == theirs else { return mine.rawValue - theirs.rawValue }
        switch (left, right) {
        case (.number(let left), .number(let right)):
            // What is no number compares as in no other language.
            guard !left.isNaN, !right.isNaN else { throw .unsupported }
            return left < right ? -1 : left == right ? 0 : 1
        case (.text, _), (.string, _): return left.withUTF8(and: right, compare) ?? 0
        case (.null, _), (.bool, _): return 0
        default: throw .unsupported
        }
    }

    static func areEqual(_ left: CompiledValue, _ right: CompiledValue) throws(CompiledStop) -> Bool {
        guard left.kind == right.kind else { return false }
        if let mine = left.count, let theirs = right.count {
            guard mine == theirs else { return false }
            if mine == 0 { return true }
        }
        return try compare(left, right) == 0
    }

    /// By bytes, then by length.
    static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        var index = 0
        let common = min(left.count, right.count)
        while index < common {
            if left[index] != right[index] { return Int(left[index]) - Int(right[index]) }
            index &+= 1
        }
        return left.count - right.count
    }

    private static func checked(_ number: Double) throws(CompiledStop) -> Double {
        guard !number.isNaN else { throw .unsupported }
        return number
    }
}
