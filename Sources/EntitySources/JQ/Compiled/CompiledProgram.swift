/// An expression of the subset of jq that is evaluated over the tape, without libjq.
///
/// libjq builds every value anew, one allocation each; most mappings only pick and put together. What this gives is what
/// libjq 1.6 gives, text for text; where it cannot be sure it stops, and libjq evaluates the expression from the start.
final class CompiledProgram {
    private let root: CompiledNode
    private let variables: Int

    /// Nil for an expression that is not in the subset.
    init?(_ expression: JQExpression) {
        guard let parsed = CompiledParser.parse(expression.text, variables: expression.variables) else { return nil }
        root = parsed.root
        variables = parsed.variables
    }

    /// All results.
    ///
    /// - Parameter variables: the values of the expression's variables.
    /// - Throws: whenever libjq has to be asked.
    func results(
        on input: CompiledValue,
        variables values: [CompiledValue],
        _ guardian: MappingGuard
    ) throws(CompiledStop) -> [CompiledValue] {
        try guardian.checkTime()
        let context = CompiledContext(variables: variables, guardian: guardian)
        for (number, value) in values.enumerated() { context.variables[number] = value }
        if root.cardinality != .many {
            guard let value = try root.value(input, context) else { return [] }
            return [value]
        }
        var results: [CompiledValue] = []
        try root.each(input, context) { (value) throws(CompiledStop) in results.append(value) }
        return results
    }
}

extension MappingGuard {
    /// Stops an evaluation whose time is over; libjq, asked for the rest, then says why.
    @inline(__always)
    func checkTime() throws(CompiledStop) {
        if isInterrupted { throw .unsupported }
    }
}
