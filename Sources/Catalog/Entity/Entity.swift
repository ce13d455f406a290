/// A catalog record whose envelope was found valid, in canonical form.
public struct Entity: Sendable, Hashable {
    /// The longest canonical body, in bytes. An entry of the delta stream holds no more.
    public static let maximumBytes = 1_048_576

    /// Its identity.
    public let ref: EntityRef
    /// Its JSON as UTF-8: compact, keys in the order of their bytes.
    public let body: [UInt8]
    /// The digest of ``body``.
    public let digest: EntityDigest

    init(ref: EntityRef, body: [UInt8], digest: EntityDigest) {
        self.ref = ref
        self.body = body
        self.digest = digest
    }

    /// An entity whose body is not at hand: it can be marked, and not be published.
    package init(marking ref: EntityRef, digest: EntityDigest) {
        self.init(ref: ref, body: [], digest: digest)
    }
}
