import Foundation
import TestSupport

@testable import TidemarkCommands

/// Runs `tidemark check` in a folder of a test.
struct CheckRun {
    let directory: String

    /// Writes the configuration: the keys of `http` under a provider named `a`.
    func configure(_ url: String, _ keys: String...) throws {
        let lines = (["url: \(url)"] + keys).map { "        \($0)\n" }.joined()
        try write("providers:\n  a:\n    source:\n      http:\n\(lines)")
    }

    func write(_ yaml: String) throws {
        try yaml.write(toFile: directory + "/t.yaml", atomically: true, encoding: .utf8)
    }

    func callAsFunction(
        _ arguments: String...,
        environment: [String: String] = [:]
    ) async -> (status: Int32, output: String, errors: String) {
        await self(arguments, environment: environment)
    }

    /// - Returns: what was printed, with the folder's name left out.
    func callAsFunction(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async -> (status: Int32, output: String, errors: String) {
        let test = TestConsole()
        let environment = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        let status = await Console.$current.withValue(test.console(environment: environment)) {
            await CommandLineInterface.run(["check", "-c", directory + "/t.yaml"] + arguments)
        }
        return (
            status, test.output.replacing(directory + "/", with: ""), test.errors.replacing(directory + "/", with: "")
        )
    }
}

/// Calls `body` in a new folder.
func withCheck(_ body: (CheckRun) async throws -> Void) async throws {
    try await withTemporaryDirectory { try await body(CheckRun(directory: $0)) }
}
