internal import Logging
internal import Subprocess
internal import SystemPackage

/// The child process of a private server.
struct RedisServerProcess: Sendable {
    let directory: RedisServerDirectory
    let options: RedisServerOptions
    let output: RedisServerOutput

    /// Starts the server, and stops it when `stop` ends.
    ///
    /// - Returns: how the process ended.
    func run(until stop: AsyncStream<Never>) async throws -> TerminationStatus {
        var platform = PlatformOptions()
        // A group of its own: a ctrl-C goes to everyone in the terminal's group, and this process has to outlive those
        // who still write to it.
        platform.processGroupID = 0
        let sequence = [TeardownStep.gracefulShutDown(allowedDurationToNextStep: options.stopTimeout)]
        platform.teardownSequence = sequence
        let result = try await Subprocess.run(
            options.executable.contains("/") ? .path(FilePath(options.executable)) : .name(options.executable),
            arguments: Arguments(arguments),
            workingDirectory: directory.path,
            platformOptions: platform,
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            await withTaskGroup { group in
                group.addTask {
                    // Ends with the process, or with output that is not text; the process goes on then without a log.
                    try? await record(execution.standardOutput)
                }
                group.addTask {
                    for await _ in stop {}
                    // SIGTERM is what SHUTDOWN does: it writes the append-only file out first.
                    await execution.teardown(using: sequence)
                }
                await group.next()
                group.cancelAll()
            }
        }
        return result.terminationStatus
    }

    private func record(_ lines: SubprocessOutputSequence) async throws {
        for try await line in lines.strings() {
            output.add(line)
        }
    }

    private var arguments: [String] {
        var arguments = [
            "--port", "0",
            "--unixsocket", directory.socketPath.string,
            "--unixsocketperm", "700",
            "--dir", directory.path.string,
            "--pidfile", directory.processIDPath.string,
            "--daemonize", "no",
            "--save", "",
            "--appendonly", options.isDurable ? "yes" : "no",
            "--appendfsync", "everysec",
            "--maxmemory-policy", "noeviction",
        ]
        arguments += options.arguments
        return arguments
    }
}
