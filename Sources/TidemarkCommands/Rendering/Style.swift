/// Colours and weights, for those who see them: nothing is said by colour alone.
struct Style: Sendable {
    /// What a piece of text means.
    enum Role: String, Sendable {
        case strong = "1"
        case faint = "2"
        case good = "32"
        case warning = "33"
        case bad = "31"
        case active = "36"
    }

    /// Whether escape sequences are written at all.
    let isEnabled: Bool

    static let plain = Style(isEnabled: false)

    func callAsFunction(_ text: String, _ role: Role?) -> String {
        guard isEnabled, let role, !text.isEmpty else { return text }
        return "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
    }
}
