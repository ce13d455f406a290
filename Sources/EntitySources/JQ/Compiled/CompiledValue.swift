internal import Catalog

/// A JSON value while a compiled expression works on it: on the tape, in the program's literals, or made on the way.
///
/// Pointers in it are good until the tape or the program goes: a value does not outlive the evaluation.
enum CompiledValue {
    case null
    case bool(Bool)
    case number(Double)
    /// UTF-8 on the tape, or of a literal.
    case text(UnsafeBufferPointer<UInt8>)
    /// UTF-8 that was put together.
    case string([UInt8])
    /// An array or an object on the tape.
    case element(JSONElement)
    case array([CompiledValue])
    case object(CompiledObject)

    init(_ element: JSONElement) {
        switch element.kind {
        case .null: self = .null
        case .bool: self = .bool(element.bool ?? false)
        // jq's numbers are doubles.
        case .integer, .unsigned, .number: self = .number(element.number ?? 0)
        case .string: self = element.utf8.map { .text($0) } ?? .null
        case .array, .object: self = .element(element)
        }
    }

    /// A value of the configuration or of a cursor; keys in the order in which ``JSON`` writes them.
    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .number(Double(value))
        case .number(let value): self = .number(value)
        case .string(let text): self = .string(Array(text.utf8))
        case .array(let values): self = .array(values.map { CompiledValue($0) })
        case .object(let members):
            var object = CompiledObject(capacity: members.count)
            for member in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                object.append(.string(Array(member.key.utf8)), CompiledValue(member.value))
            }
            self = .object(object)
        }
    }

    /// jq's truth: everything but null and false.
    @inline(__always)
    var isTrue: Bool {
        switch self {
        case .null, .bool(false): false
        default: true
        }
    }

    /// The kinds in jq's order; false and true are two of it.
    enum Kind: Int {
        case null, `false`, `true`, number, string, array, object
    }

    var kind: Kind {
        switch self {
        case .null: .null
        case .bool(let value): value ? .true : .false
        case .number: .number
        case .text, .string: .string
        case .element(let element): element.isArray ? .array : .object
        case .array: .array
        case .object: .object
        }
    }

    /// Lends the bytes of a string; nil for anything else.
    @inline(__always)
    func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        switch self {
        case .text(let bytes): body(bytes)
        case .string(let bytes): bytes.withUnsafeBufferPointer(body)
        default: nil
        }
    }

    /// Two strings at once; nil unless both are.
    @inline(__always)
    func withUTF8<Result>(
        and other: CompiledValue,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
        withUTF8 { mine in other.withUTF8 { body(mine, $0) } } ?? nil
    }

    /// The elements of an array; nil for anything else.
    var elements: [CompiledValue]? {
        switch self {
        case .array(let values): values
        case .element(let element) where element.isArray: element.elements.map { CompiledValue($0) }
        default: nil
        }
    }

    /// The members of an object, each key once; nil for anything else.
    var members: CompiledObject? {
        switch self {
        case .object(let object): object
        case .element(let element) where element.isObject: CompiledObject(element)
        default: nil
        }
    }

    /// How many elements or members there are; nil for anything else.
    var count: Int? {
        switch self {
        case .array(let values): values.count
        case .object(let object): object.entries.count
        case .element(let element) where element.isArray: element.elements.reduce(0) { count, _ in count + 1 }
        case .element(let element): CompiledObject(element).entries.count
        default: nil
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    @inline(__always)
    func isEqual(to other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while index < count {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }
}
