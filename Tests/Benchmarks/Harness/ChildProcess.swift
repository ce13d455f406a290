internal import Subprocess
internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// This program once more, or another one, as a process of its own.
struct ChildProcess: Sendable {
    let executable: String
    let arguments: [String]

    init(executable: String, _ arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// This program with other arguments.
    init(_ arguments: String...) throws {
        try self.init(arguments)
    }

    /// This program with other arguments.
    init(_ arguments: [String]) throws {
        let path = realpath("/proc/self/exe", nil)
        defer { free(path) }
        guard let path else { throw BenchmarkError("this program does not find itself") }
        self.init(executable: String(cString: path), arguments)
    }

    /// Runs it to its end; what it wrote, word by word, each line being `NAME FIGURE`.
    func figures() async throws -> [String: Double] {
        let result = try await Subprocess.run(
            .path(FilePath(executable)),
            arguments: Arguments(arguments),
            output: .string(limit: 1 << 20),
            error: .currentStandardError
        )
        guard result.terminationStatus.isSuccess else {
            throw BenchmarkError("\(executable) \(arguments.first ?? "") ended with \(result.terminationStatus)")
        }
        var figures: [String: Double] = [:]
        for line in result.standardOutput.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { figures[String(words[0])] = Double(words[1]) }
        }
        return figures
    }

    /// Runs `body` with the first line that it writes, and ends the process after it.
    func serving<Result: Sendable>(_ body: @Sendable (String) async throws -> Result) async throws -> Result {
        var platform = PlatformOptions()
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let teardown = platform.teardownSequence
        let result = try await Subprocess.run(
            .path(FilePath(executable)),
            arguments: Arguments(arguments),
            platformOptions: platform,
            input: .none,
            output: .sequence,
            error: .currentStandardError
        ) { execution -> Result? in
            for try await line in execution.standardOutput.strings() {
                do {
                    let result = try await body(line)
                    await execution.teardown(using: teardown)
                    return result
                } catch {
                    await execution.teardown(using: teardown)
                    throw error
                }
            }
            return nil
        }
        guard let value = result.closureResult else {
            throw BenchmarkError("\(executable) \(arguments.first ?? "") ended before it was ready")
        }
        return value
    }
}
