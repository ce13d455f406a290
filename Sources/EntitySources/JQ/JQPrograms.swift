internal import Catalog

/// The expressions of one source, ready to be evaluated, for one task at a time.
final class JQPrograms {
    private final class Library {
        let program: JQProgram

        init(_ expression: JQExpression) throws(JQError) {
            program = try JQProgram(expression.text, variables: expression.variables)
        }
    }

    private var compiled: [JQExpression: CompiledProgram?] = [:]
    private var libraries: [JQExpression: Library] = [:]

    /// Checks an expression, and keeps what evaluates it.
    func prepare(_ expression: JQExpression) throws(SourceConfigurationError) {
        do throws(JQError) {
            // What the subset takes is jq; the rest only libjq can tell.
            if compiled(expression) == nil { _ = try library(expression) }
        } catch {
            throw SourceConfigurationError(field: expression.field, message: error.message, line: error.line)
        }
    }

    /// Whether an expression is evaluated without libjq.
    func isCompiled(_ expression: JQExpression) -> Bool {
        compiled(expression) != nil
    }

    /// Calls `body` with each result of an expression.
    func forEachResult(
        of expression: JQExpression,
        on input: borrowing PageValue,
        variables: JQVariables,
        _ guardian: MappingGuard,
        _ body: (consuming PageValue) throws -> Void
    ) throws {
        if let value = input.withoutLibjq, let program = compiled(expression),
            let results = try? program.results(on: value, variables: variables.compiled(for: expression), guardian)
        {
            for result in results {
                try guardian.countResult()
                try body(.compiled(result))
            }
            return
        }
        let library = try library(expression)
        if expression.variables.isEmpty {
            library.program.start(input.inLibjq())
        } else {
            let values = variables.json(for: expression)
            library.program.start(input.inLibjq(), variables: try JQParser.parse(values.bytes))
        }
        while let result = try library.program.next(guardian) { try body(.jq(result)) }
    }

    private func compiled(_ expression: JQExpression) -> CompiledProgram? {
        if let found = compiled[expression] { return found }
        let new = CompiledProgram(expression)
        compiled[expression] = .some(new)
        return new
    }

    private func library(_ expression: JQExpression) throws(JQError) -> Library {
        if let found = libraries[expression] { return found }
        let new = try Library(expression)
        libraries[expression] = new
        return new
    }
}
