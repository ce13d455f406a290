internal import Foundation
package import Subprocess
package import SystemPackage

/// A `tidemark` that runs as a process of its own, as a user would start it.
package struct TidemarkProcess: Sendable {
    private let identifier: Int32
    private let signal: @Sendable (Subprocess.Signal) throws -> Void
    /// What it writes to standard error, while it runs and after.
    private let log: String

    fileprivate init(identifier: Int32, log: String, signal: @escaping @Sendable (Subprocess.Signal) throws -> Void) {
        self.identifier = identifier
        self.signal = signal
        self.log = log
    }

    package func send(_ signal: Subprocess.Signal) throws {
        try self.signal(signal)
    }

    /// Whether it is no more, or about to be reaped.
    package var hasEnded: Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8) else { return true }
        return stat.drop { $0 != ")" }.dropFirst(2).first == "Z"
    }

    /// The log up to now.
    package var lines: [Substring] {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n")
    }

    /// The built program, which lies beside the test bundle.
    package static var executable: FilePath { built("tidemark") }

    /// The same as its next build might be.
    package static var nextBuild: FilePath { built("NextBuild") }

    private static func built(_ name: String) -> FilePath {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return FilePath(bundle.deletingLastPathComponent().appending(path: name).path())
    }

    fileprivate static func environment(_ directory: String, _ others: [String: String]) -> Environment {
        var variables = [
            "HOME": directory, "PATH": "/usr/bin:/bin", "TIDEMARK_CONFIG": directory + "/tidemark.yaml",
        ]
        // Under a sanitizer, the child is to pass over the same reports.
        for name in ["TSAN_OPTIONS", "ASAN_OPTIONS"] { variables[name] = ProcessInfo.processInfo.environment[name] }
        variables.merge(others) { _, other in other }
        return .custom(Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) }))
    }
}

/// Runs `tidemark` with these arguments while `body` runs; it is killed when `body` has ended and it still runs.
///
/// - Parameters:
///   - directory: holds `tidemark.yaml`, and a log named after `name`.
///   - environment: variables beside those that every process has.
///   - launcher: what runs it, with its arguments, where it is not to run by itself; the program is then the last of them.
/// - Returns: how it ended.
@discardableResult
package func withTidemark(
    _ arguments: [String],
    name: String,
    in directory: String,
    environment: [String: String] = [:],
    launcher: [String] = [],
    _ body: (TidemarkProcess) async throws -> Void
) async throws -> TerminationStatus {
    let log = "\(directory)/\(name).log"
    let file = try FileDescriptor.open(
        FilePath(log),
        .writeOnly,
        options: [.create, .truncate],
        permissions: .ownerReadWrite
    )
    var failure: (any Error)?
    let command = (launcher.isEmpty ? [TidemarkProcess.executable.string] : launcher) + arguments
    let result = try await run(
        .path(FilePath(command[0])),
        arguments: Arguments(Array(command.dropFirst())),
        environment: TidemarkProcess.environment(directory, environment),
        workingDirectory: FilePath(directory),
        input: .none,
        output: .discarded,
        error: .fileDescriptor(file, closeAfterSpawningProcess: true)
    ) { execution in
        do {
            try await body(
                TidemarkProcess(identifier: execution.processIdentifier.value, log: log) {
                    try execution.send(signal: $0)
                }
            )
        } catch {
            failure = error
        }
        // One that has ended already is no failure.
        try? execution.send(signal: .kill)
    }
    if let failure { throw failure }
    return result.terminationStatus
}

/// What a command of `tidemark` came to.
package struct CommandResult: Sendable {
    package var status: TerminationStatus
    package var output: String
    package var errors: String
}

/// Runs a command of `tidemark` to its end.
package func tidemark(_ arguments: String..., in directory: String) async throws -> CommandResult {
    try await tidemark(arguments, in: directory)
}

/// Runs a command of `tidemark` to its end.
package func tidemark(
    _ arguments: [String],
    in directory: String,
    environment: [String: String] = [:],
    executable: FilePath = TidemarkProcess.executable
) async throws -> CommandResult {
    let result = try await run(
        .path(executable),
        arguments: Arguments(arguments),
        environment: TidemarkProcess.environment(directory, environment),
        workingDirectory: FilePath(directory),
        output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20)
    )
    return CommandResult(
        status: result.terminationStatus,
        output: result.standardOutput,
        errors: result.standardError
    )
}
