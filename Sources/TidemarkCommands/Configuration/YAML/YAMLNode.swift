internal import Catalog

/// A YAML value with the place where it stands, apart from the parser that read it.
struct YAMLNode: Sendable {
    /// One key of a mapping and what it holds.
    struct Entry: Sendable {
        let key: String
        let place: Place
        let value: YAMLNode
    }

    enum Content: Sendable {
        case scalar(YAMLScalar)
        case list([YAMLNode])
        case mapping([Entry])
    }

    let content: Content
    let place: Place

    /// The scalar, unless this is a list or a mapping.
    var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// Whether nothing was written: `key:` or `key: ~`.
    var isNull: Bool { scalar?.value == .null }

    /// What was found, in words for a message; the text itself is left out where it could be a secret.
    func found(hidingText: Bool = false) -> String {
        switch content {
        case .list: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): scalar.found(hidingText: hidingText)
        }
    }
}
