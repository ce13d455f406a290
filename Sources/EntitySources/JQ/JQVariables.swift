internal import Catalog

/// The values of the variables that the expressions over one page may use.
final class JQVariables {
    private let values: [String: JSON]
    private lazy var compiled = values.mapValues { CompiledValue($0) }

    init(_ values: [String: JSON] = [:]) {
        self.values = values
    }

    /// The values of an expression's variables, in its order; null for one that has none.
    func compiled(for expression: JQExpression) -> [CompiledValue] {
        expression.variables.isEmpty ? [] : expression.variables.map { compiled[$0] ?? .null }
    }

    /// The same as one array.
    func json(for expression: JQExpression) -> JSON {
        .array(expression.variables.map { values[$0] ?? .null })
    }
}
