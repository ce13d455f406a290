/// The identity of an entity: `kind:namespace/name`, lower-cased.
public struct EntityRef: Sendable, Hashable {
    /// The namespace of an entity that names none.
    public static let defaultNamespace = "default"

    /// The whole ref, `kind:namespace/name`, ASCII in lower case.
    public let string: String

    /// A ref from its parts, in any case. Throws when one breaks its rule (``EntityRule``).
    public init(
        kind: String,
        namespace: String = EntityRef.defaultNamespace,
        name: String
    ) throws(EntityRefError) {
        // Only ASCII is lower-cased before it is checked: some letters outside have a lower case inside.
        let namespace = String(decoding: namespace.utf8.map(ASCII.lowercased), as: UTF8.self)
        let parts = [("kind", kind, EntityRule.kind), ("namespace", namespace, .namespace), ("name", name, .name)]
        for (part, value, rule) in parts where !rule.accepts(value) {
            throw EntityRefError(part: part, found: value, rule: rule)
        }
        self.init(valid: "\(kind):\(namespace)/\(name)".lowercased())
    }

    /// Reads `kind:namespace/name`, or `kind:name` in the default namespace, in any case.
    public init(parsing text: String) throws(EntityRefError) {
        guard let colon = text.firstIndex(of: ":") else { throw EntityRefError(noKind: text) }
        let rest = text[text.index(after: colon)...]
        if let slash = rest.firstIndex(of: "/") {
            try self.init(
                kind: String(text[..<colon]),
                namespace: String(rest[..<slash]),
                name: String(rest[rest.index(after: slash)...])
            )
        } else {
            try self.init(kind: String(text[..<colon]), name: String(rest))
        }
    }

    /// Reads a whole ref in lower case, as they are stored; nil when it is anything else.
    init?(stored text: UnsafeBufferPointer<UInt8>) {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let slash = text.firstIndex(of: UInt8(ascii: "/")),
            colon < slash, !text.contains(where: { ASCII.lowercased($0) != $0 }),
            EntityRule.kind.accepts(UnsafeBufferPointer(rebasing: text[..<colon])),
            EntityRule.namespace.accepts(UnsafeBufferPointer(rebasing: text[(colon + 1)..<slash])),
            EntityRule.name.accepts(UnsafeBufferPointer(rebasing: text[(slash + 1)...]))
        else { return nil }
        self.init(valid: String(decoding: text, as: UTF8.self))
    }

    /// A ref whose parts are known to be valid.
    init(valid string: String) {
        self.string = string
    }

    /// The part before the colon.
    public var kind: Substring { string.prefix { $0 != ":" } }
    /// The part between colon and slash.
    public var namespace: Substring { string[kind.endIndex...].dropFirst().prefix { $0 != "/" } }
    /// The part after the slash.
    public var name: Substring { string[namespace.endIndex...].dropFirst() }
}

extension EntityRef: Comparable {
    public static func < (lhs: EntityRef, rhs: EntityRef) -> Bool { lhs.string < rhs.string }
}

extension EntityRef: CustomStringConvertible {
    public var description: String { string }
}
