internal import Administration
internal import Catalog

/// `tidemark token create`: the token, which is shown once, and the lines for the configuration.
struct NewToken: Displayable {
    let text: String
    let name: String
    let scope: Scope
    let sha256: String

    var json: JSON {
        [
            "token": .string(text), "name": .string(name), "scope": .string(scope.rawValue), "sha256": .string(sha256),
        ]
    }

    /// Never cut, however narrow the terminal.
    func lines(width: Int?, style: Style) -> [String] {
        [
            style(text, .strong), "", "It is not shown again. Its hash belongs into the configuration:", "", "http:",
            "  tokens:", "    \(name): { scope: \(scope.rawValue), sha256: \"\(sha256)\" }",
        ]
    }
}
