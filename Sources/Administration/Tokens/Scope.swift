/// What a token is good for.
package enum Scope: String, Sendable, CaseIterable {
    /// To look.
    case read
    /// To look and to act.
    case manage

    func includes(_ other: Scope) -> Bool { self == .manage || other == .read }
}
