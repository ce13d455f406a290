/// Why a text is no entity ref.
public struct EntityRefError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found, and what would be right.
    public let message: String

    init(part: String, found: String, rule: EntityRule) {
        message = "the \(part) of an entity ref is \(Excerpt.quoted(found)): expected \(rule.expectation)"
    }

    init(noKind text: String) {
        message =
            "\(Excerpt.quoted(text)) is no entity ref: expected kind:namespace/name, such as component:default/web"
    }

    public var description: String { message }
}
