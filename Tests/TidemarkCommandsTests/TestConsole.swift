import Synchronization

@testable import TidemarkCommands

/// A console that keeps what is printed.
final class TestConsole: Sendable {
    private let printed = Mutex((output: "", errors: ""))

    var output: String { printed.withLock { $0.output } }
    var errors: String { printed.withLock { $0.errors } }

    func console(environment: [String: String] = [:], isTerminal: Bool = false) -> Console {
        Console(
            output: { [self] text in printed.withLock { $0.output += text } },
            screen: Screen(isTerminal: isTerminal) { [self] text in printed.withLock { $0.errors += text } },
            isTerminal: false,
            environment: environment
        )
    }

    /// Runs a command line in this process.
    static func run(
        _ arguments: String...,
        environment: [String: String] = [:]
    ) async -> (status: Int32, output: String, errors: String) {
        let test = TestConsole()
        let status = await Console.$current.withValue(test.console(environment: environment)) {
            await CommandLineInterface.run(arguments)
        }
        return (status, test.output, test.errors)
    }
}
