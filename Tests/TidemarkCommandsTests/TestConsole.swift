import Synchronization

@testable import TidemarkCommands

/// A console that keeps what is printed.
final class TestConsole: Sendable {
    private let printed = Mutex((output: "", errors: ""))

    var output: String { printed.withLock { $0.output } }
    var errors: String { printed.withLock { $0.errors } }

    func console(
        environment: [String: String] = [:],
        isTerminal: Bool = false,
        input: String? = nil
    ) -> Console {
        Console(
            output: { [self] text in printed.withLock { $0.output += text } },
            input: { most in input.map { Array($0.utf8.prefix(most + 1)) } },
            screen: Screen(isTerminal: isTerminal) { [self] text in printed.withLock { $0.errors += text } },
            isTerminal: false,
            environment: environment
        )
    }

    /// Runs a command line in this process.
    static func run(
        _ arguments: String...,
        environment: [String: String] = [:],
        input: String? = nil
    ) async -> (status: Int32, output: String, errors: String) {
        let test = TestConsole()
        let status = await Console.$current.withValue(test.console(environment: environment, input: input)) {
            await CommandLineInterface.run(arguments)
        }
        return (status, test.output, test.errors)
    }
}
