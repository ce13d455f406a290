internal import Catalog
internal import Ingestion

extension PageReader {
    /// The one value of a template's expression.
    ///
    /// - Parameter variables: their values by name, here and below.
    func value(
        of expression: JQExpression,
        on input: JSON,
        _ variables: [String: JSON],
        _ guardian: MappingGuard
    ) throws -> JSON {
        self.variables = JQVariables(variables)
        return try value(of: expression, on: .compiled(CompiledValue(input)), guardian)
    }

    private func value(
        of expression: JQExpression,
        on input: borrowing PageValue,
        _ guardian: MappingGuard
    ) throws -> JSON {
        let results = try results(of: expression, on: input, guardian)
        guard results.count == 1 else {
            throw SourceError(
                .mappingFailed,
                "`\(expression.field)`: \(expression.text) gives \(results.count) values; it must give one"
            )
        }
        return results[0]
    }

    /// Calls `body` with what gives the one value of an expression on a record.
    func evaluating<Result>(
        on record: [UInt8],
        _ variables: [String: JSON],
        _ guardian: MappingGuard,
        _ body: ((JQExpression) throws -> JSON) throws -> Result
    ) throws -> Result {
        self.variables = JQVariables(variables)
        return try document.withValue(of: record) { record in
            try body { try value(of: $0, on: record, guardian) }
        }
    }

    /// The text of the one value of an expression on an answer.
    func value(
        of expression: JQExpression,
        on answer: HTTPAnswer,
        _ variables: [String: JSON],
        _ guardian: MappingGuard
    ) throws -> [UInt8] {
        self.variables = JQVariables(variables)
        var values: [[UInt8]] = []
        do {
            try document.withValue(of: answer.body) { document in
                try mapping(expression, nil) {
                    try programs.forEachResult(of: expression, on: document, variables: self.variables, guardian) {
                        values.append($0.text(using: &writer))
                    }
                }
            }
        } catch let error as JQError where error.code == .input {
            throw SourceError(.invalidPage, "\(answer.requestName): the answer is not JSON: \(error.message)")
        }
        guard values.count == 1 else {
            throw invalid(answer, "`\(expression.field)` gives \(values.count) values; it must give one")
        }
        return values[0]
    }

    /// Whether an answer says that the cursor has expired.
    func isExpired(_ answer: HTTPAnswer, _ guardian: MappingGuard) throws -> Bool {
        guard let expired = plan.expired else { return false }
        do {
            return try document.withValue(of: answer.body) { document in
                try results(of: expired, on: document, guardian).contains { $0 != false && !$0.isNull }
            }
        } catch let error as JQError where error.code == .input {
            return false
        }
    }
}
