import Catalog

@testable import EntitySources

/// The same expression on the same inputs, with libjq and without.
enum Differential {
    struct Outcome: Sendable, CustomStringConvertible {
        var results: [String]
        /// What was raised; for an expression without libjq, whatever made it stop.
        var stop: String?

        var description: String { "\(results.joined(separator: " "))\(stop.map { " then \($0)" } ?? "")" }
    }

    struct Pair: Sendable {
        var compiled: Outcome
        var libjq: Outcome

        /// Without libjq, a result is the same, an error is one with libjq as well, and what is unsupported is free.
        var isRight: Bool {
            switch compiled.stop {
            case nil: libjq.stop == nil && compiled.results == libjq.results
            case "raised": libjq.stop != nil
            default: true
            }
        }

        var isEvaluated: Bool { compiled.stop != "unsupported" }
    }

    static func run(_ expression: String, _ inputs: [String]) async throws -> [Pair] {
        try await MappingGuard.within(MappingLimits()) { guardian in
            let library = try JQProgram(expression)
            let program = CompiledProgram(JQExpression(expression, field: "test"))
            var document = PageDocument(maximumBytes: 1 << 20)
            return try inputs.map { input in
                let compiled = try document.withValue(of: Array(input.utf8)) { value in
                    withoutLibjq(program, value, guardian)
                }
                return Pair(
                    compiled: compiled,
                    libjq: withLibjq(library, try JQParser.parse(Array(input.utf8)), guardian)
                )
            }
        }
    }

    private static func withoutLibjq(
        _ program: CompiledProgram?,
        _ value: borrowing PageValue,
        _ guardian: MappingGuard
    ) -> Outcome {
        guard let program, let input = value.withoutLibjq else { return Outcome(results: [], stop: "unsupported") }
        do throws(CompiledStop) {
            var texts: [String] = []
            for result in try program.results(on: input, variables: [], guardian) {
                var writer = JSONWriter()
                try CompiledPrinter.write(result, to: &writer)
                texts.append(String(decoding: writer.bytes, as: UTF8.self))
            }
            return Outcome(results: texts)
        } catch .raised {
            return Outcome(results: [], stop: "raised")
        } catch {
            return Outcome(results: [], stop: "unsupported")
        }
    }

    private static func withLibjq(
        _ program: borrowing JQProgram,
        _ value: consuming JQValue,
        _ guardian: MappingGuard
    ) -> Outcome {
        var outcome = Outcome(results: [])
        program.start(value)
        do {
            while let result = try program.next(guardian) {
                outcome.results.append(String(decoding: result.text, as: UTF8.self))
            }
        } catch {
            outcome.stop = "\(error)"
        }
        return outcome
    }
}
