/// Why a jq expression could not be compiled, or failed on its input.
struct JQError: Error, Hashable, CustomStringConvertible {
    enum Code: Hashable {
        /// The expression is not jq.
        case syntax
        /// The expression raised an error on this input.
        case raised
        /// The expressions of this page ran longer than ``MappingLimits/time``.
        case timeLimit
        /// More results, or more bytes, than ``MappingLimits`` allows.
        case sizeLimit
        /// The task was cancelled.
        case cancelled
        /// The input is not JSON.
        case input
    }

    var code: Code
    /// jq's own message, without its decoration.
    var message: String
    /// The line of the expression, from 1, for a syntax error.
    var line: Int?

    init(_ code: Code, _ message: String, line: Int? = nil) {
        self.code = code
        self.message = message
        self.line = line
    }

    var description: String { line.map { "line \($0): \(message)" } ?? message }
}
