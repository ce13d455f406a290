/// Why one entity was refused. The rest of its page goes on without it.
public struct EntityRejection: Error, Sendable, Hashable, CustomStringConvertible {
    /// The longest ``reason``, in characters.
    public static let maximumReason = 1000
    /// The longest ``excerpt``, in characters.
    public static let maximumExcerpt = 2000

    /// Its identity, where kind, namespace and name could be read and were valid: the source still has this entity.
    public let ref: EntityRef?
    /// The path of the field at fault, such as `metadata.tags[2]`; empty when the text as a whole is.
    public let field: String
    /// The field, what was found there, and the rule that it breaks.
    public let reason: String
    /// The start of the entity's text, as it came.
    public let excerpt: String

    init(ref: EntityRef?, violation: EntityViolation, text: UnsafeBufferPointer<UInt8>) {
        self.ref = ref
        field = String(violation.field.prefix(Self.maximumReason))
        reason = String(violation.description.prefix(Self.maximumReason))
        excerpt = Excerpt.start(of: text, limit: Self.maximumExcerpt)
    }

    /// A rejection in words of one's own.
    ///
    /// - Parameter text: the entity as it may be shown.
    package init(ref: EntityRef?, field: String = "", reason: String, text: JSONText) {
        self.ref = ref
        self.field = String(field.prefix(Self.maximumReason))
        self.reason = String(reason.prefix(Self.maximumReason))
        excerpt = text.bytes.withUnsafeBufferPointer { Excerpt.start(of: $0, limit: Self.maximumExcerpt) }
    }

    public var description: String { ref.map { "\($0): \(reason)" } ?? reason }
}
