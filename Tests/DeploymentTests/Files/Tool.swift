import Glibc
import Subprocess
import SystemPackage
import Testing

/// A program that reads what is in `deploy`, as those that it is for do.
enum Tool {
    struct Result {
        var status: TerminationStatus
        var output: String
        var errors: String
    }

    /// The environment that `deploy/prepare --tests` makes.
    static let python = DeployFolder.path + "/../.build-tests/python/bin/"

    /// Runs it to its end; that it does not end well is an issue unless `mayFail`.
    @discardableResult
    static func run(
        _ program: String,
        _ arguments: [String],
        input: String = "",
        mayFail: Bool = false
    ) async throws -> Result {
        // One that ends before it has read its input is an issue, and not the end of all tests.
        signal(SIGPIPE, SIG_IGN)
        let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
        let result = try await Subprocess.run(
            executable,
            arguments: Arguments(arguments),
            input: .string(input),
            output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 20)
        )
        if !mayFail {
            try #require(
                result.terminationStatus == .exited(0),
                "\(program) \(arguments): \(result.standardOutput)\(result.standardError)"
            )
        }
        return Result(
            status: result.terminationStatus,
            output: result.standardOutput,
            errors: result.standardError
        )
    }
}
