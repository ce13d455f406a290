/// Why an operation on a provider was refused.
package struct OperationError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Redis knows no provider of that name.
        case unknownProvider
        /// The provider's state does not allow it.
        case refused
        /// Consumers are behind, so nothing more is published now.
        case behind
        /// There is no such job among the dead.
        case unknownJob
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func unknown(_ provider: String) -> OperationError {
        OperationError(
            .unknownProvider,
            "Redis knows no provider \"\(provider)\": `tidemark status` lists them, and a worker makes those of its "
                + "configuration known when it starts"
        )
    }

    package var description: String { message }
}
