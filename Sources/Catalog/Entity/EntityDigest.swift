internal import CXXHash

/// What tells one body of an entity from another: XXH3, 64 bits, over the canonical JSON.
public struct EntityDigest: Sendable, Hashable, CustomStringConvertible {
    /// The hash.
    public let value: UInt64

    /// A digest that was computed before.
    public init(value: UInt64) {
        self.value = value
    }

    /// The digest of a canonical body.
    package init(of body: UnsafeBufferPointer<UInt8>) {
        value = XXH3_64bits(body.baseAddress, body.count)
    }

    /// The digest of a value's canonical JSON.
    package init(of json: JSON) {
        self = json.bytes.withUnsafeBufferPointer { EntityDigest(of: $0) }
    }

    /// Eight bytes, the most significant first, as they are stored.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// Reads what ``bytes`` gave; nil unless there are eight.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
