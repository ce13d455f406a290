internal import Catalog

/// An object that keeps its members in the order of their first assignment, as libjq's do.
struct CompiledObject {
    /// A key is a string.
    private(set) var entries: [(key: CompiledValue, value: CompiledValue)] = []

    init() {}

    init(capacity: Int) {
        entries.reserveCapacity(capacity)
    }

    /// The members of an object on the tape: of duplicates the last value in the place of the first.
    init(_ element: JSONElement) {
        for (key, value) in element.members { set(.text(key), CompiledValue(value)) }
    }

    subscript(_ key: UnsafeBufferPointer<UInt8>) -> CompiledValue? {
        for entry in entries where entry.key.withUTF8({ $0.isEqual(to: key) }) == true { return entry.value }
        return nil
    }

    subscript(_ key: StaticString) -> CompiledValue? {
        self[UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)]
    }

    /// Assigns a member; the key must be a string.
    mutating func set(_ key: CompiledValue, _ value: CompiledValue) {
        for index in entries.indices where entries[index].key.withUTF8(and: key, { $0.isEqual(to: $1) }) == true {
            entries[index].value = value
            return
        }
        entries.append((key, value))
    }

    /// Adds a member whose key is known to be new.
    mutating func append(_ key: CompiledValue, _ value: CompiledValue) {
        entries.append((key, value))
    }
}
