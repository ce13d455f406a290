/// The text of one JSON value as UTF-8 bytes, not yet parsed.
///
/// A source hands its entities over in this form: what arrived as text is not taken apart into Swift values only to be
/// written out again.
public struct JSONText: Sendable, Hashable {
    /// The UTF-8 bytes, as they came.
    public let bytes: [UInt8]

    /// Wraps UTF-8 bytes; they are checked when the entity is read, not here.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Wraps the UTF-8 form of a string.
    public init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// The canonical text of a value.
    public init(_ value: JSON) {
        self.bytes = value.bytes
    }
}

extension JSONText: CustomStringConvertible {
    /// The text as a string; bytes that are not UTF-8 show as U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
