/// A jq expression of a source's configuration, and where it stands there.
struct JQExpression: Hashable, Sendable {
    /// The configuration's field, for errors.
    let field: String
    let text: String
    /// The variables that it uses besides its input.
    let variables: [String]

    /// - Parameter variables: those that it may use; what its text does not mention is not bound.
    init(_ text: String, field: String, variables: [String] = []) {
        self.text = text
        self.field = field
        self.variables = variables.filter { text.contains("$\($0)") }
    }
}
