/// A jq expression of a source's configuration, and where it stands there.
struct JQExpression: Hashable, Sendable {
    /// The configuration's field, for errors.
    let field: String
    let text: String
    /// A variable that it may use besides its input.
    let variable: String?

    init(_ text: String, field: String, variable: String? = nil) {
        self.text = text
        self.field = field
        self.variable = variable
    }
}
