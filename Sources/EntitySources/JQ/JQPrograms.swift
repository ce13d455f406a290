internal import Catalog
internal import Ingestion

/// The compiled expressions of one source, for one task at a time.
final class JQPrograms {
    private final class Compiled {
        let program: JQProgram

        init(_ expression: JQExpression) throws(JQError) {
            program = try JQProgram(expression.text, variable: expression.variable)
        }
    }

    private var compiled: [JQExpression: Compiled] = [:]

    /// Compiles an expression unless it is already.
    func prepare(_ expression: JQExpression) throws(SourceConfigurationError) {
        do throws(JQError) {
            _ = try program(of: expression)
        } catch {
            throw SourceConfigurationError(field: expression.field, message: error.message, line: error.line)
        }
    }

    /// Calls `body` with each result of an expression.
    func forEachResult(
        of expression: JQExpression,
        on input: borrowing JQValue,
        variable: borrowing JQValue? = nil,
        _ guardian: MappingGuard,
        _ body: (consuming JQValue) throws -> Void
    ) throws {
        let compiled = try program(of: expression)
        if let variable = variable?.copy() {
            compiled.program.start(input.copy(), variable: variable)
        } else {
            compiled.program.start(input.copy())
        }
        while let result = try compiled.program.next(guardian) { try body(result) }
    }

    private func program(of expression: JQExpression) throws(JQError) -> Compiled {
        if let found = compiled[expression] { return found }
        let new = try Compiled(expression)
        compiled[expression] = new
        return new
    }
}
