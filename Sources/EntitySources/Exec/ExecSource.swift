public import Catalog
internal import Glibc
public import Ingestion
public import Logging
internal import Subprocess
internal import SystemPackage

/// Reads pages of entities from a program, which runs for one burst.
///
/// The program reads one JSON object a line and answers each with one line: `{"cursor": …}` in, null at the start of a
/// cycle; `{"entities": […], "next": […]}` out, or `{"error": {"code": …, "message": …, "retryAfter": seconds}}`, with
/// one of the codes `cursor-expired`, `rate-limited`, `unauthorized`, `unavailable` and `refused`. What it writes to its standard
/// error goes into the log. It may answer any number of lines, and ends when its input does.
public struct ExecSource: EntitySource {
    private let configuration: Configuration
    private let logger: Logger
    /// With the files that the command names as they are when the source is made: the same for as long as the worker runs.
    public let planIdentity: JSON

    /// Checks the configuration; nothing is started.
    public init(_ configuration: Configuration, logger: Logger) throws(SourceConfigurationError) {
        guard let program = configuration.command.first, !program.isEmpty else {
            throw SourceConfigurationError(field: "command", message: "is empty: name the program and its arguments")
        }
        guard !configuration.command.contains(where: { $0.utf8.contains(0) }) else {
            throw SourceConfigurationError(field: "command", message: "contains a NUL")
        }
        for name in configuration.environment.keys where name.isEmpty || name.contains("=") || name.utf8.contains(0) {
            throw SourceConfigurationError(field: "environment", message: "\"\(name)\" is not a variable's name")
        }
        self.configuration = configuration
        self.logger = logger
        planIdentity = PlanIdentity.json(configuration)
        // A program that has ended must not end the worker that writes to it.
        _ = Self.ignoresBrokenPipes
    }

    /// Starts the program, and ends it after the burst: its input is closed, then its process group is asked to end, then
    /// killed.
    public func withClient(_ burst: (Client) async throws -> Void) async throws {
        if Rehearsal.current?.isReplay == true {
            return try await burst(makeClient(nil))
        }
        let messages = ProgramMessages(logger: logger, hiding: Array(configuration.environment.values))
        var client: Client?
        var failure: (any Error)?
        let status: TerminationStatus
        do {
            status = try await Subprocess.run(
                executable,
                arguments: Arguments(Array(configuration.command.dropFirst())),
                environment: .custom(environment),
                workingDirectory: configuration.workingDirectory.map { FilePath($0) },
                platformOptions: platformOptions,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let errors = execution.standardError
                    group.addTask { await messages.read(errors) }
                    let program = RunningProgram(
                        name: configuration.command[0],
                        input: execution.standardInputWriter,
                        output: execution.standardOutput,
                        maxLineBytes: configuration.maxLineBytes
                    )
                    let started = makeClient(program)
                    client = started
                    do { try await burst(started) } catch { failure = error }
                    await end(execution)
                    try await group.waitForAll()
                }
            }.terminationStatus
        } catch let error as SubprocessError {
            if Task.isCancelled { throw CancellationError() }
            throw SourceError(notStarted: configuration, error)
        }
        guard let failure else { return }
        guard let message = client?.endedMessage else { throw failure }
        throw SourceError(.exited, "\(message): \(status.phrase)\(messages.tail)")
    }

    /// Sends the cursor, and reads the line that answers it.
    public func page(at cursor: JSON?, using client: Client) async throws -> Page {
        try await client.page(at: cursor)
    }

    /// What is run and sent, for people: the values of the environment are hidden.
    private func describe(_ line: String) -> RequestDescription {
        RequestDescription(
            summary: configuration.command.joined(separator: " "),
            details: environment.map(\.key.rawValue).sorted().map { name in
                "\(name)=\(configuration.environment[name] == nil ? environment[.init(name)] ?? "" : "***")"
            },
            body: line,
            // The program may lie elsewhere, or be called otherwise, and still give this answer.
            key: line
        )
    }

    private func makeClient(_ program: RunningProgram?) -> Client {
        Client(
            name: configuration.command[0],
            program: program,
            describe: describe,
            maxLineBytes: configuration.maxLineBytes
        )
    }

    private var executable: Executable {
        let program = configuration.command[0]
        guard program.contains("/") else { return .name(program) }
        // The program is started in its own directory: a relative path would be looked up there.
        return .path(FilePath.workingDirectory.pushing(FilePath(program)))
    }

    private var environment: [Environment.Key: String] {
        var variables: [Environment.Key: String] = [:]
        for name in ["PATH", "LANG"] {
            if let value = getenv(name) { variables[.init(name)] = String(cString: value) }
        }
        if let home = HomeDirectory.path { variables["HOME"] = home }
        for (name, value) in configuration.environment { variables[.init(name)] = value }
        return variables
    }

    private var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: configuration.terminationGrace)
        ]
        return options
    }

    private func end(_ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>) async {
        // The program may have closed it first.
        try? await execution.standardInputWriter.finish()
        let grace = configuration.terminationGrace
        await execution.teardown(using: [
            // Signal 0 is none: a program that ends with its input has this long to do so.
            .send(signal: Signal(rawValue: 0), allowedDurationToNextStep: grace),
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace),
        ])
        // Its number is not free before it has been reaped, after this: the group is still its own.
        kill(-execution.processIdentifier.value, SIGKILL)
    }

    private static let ignoresBrokenPipes: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return true
    }()
}

extension Environment.Key {
    fileprivate init(_ name: String) { self.init(stringLiteral: name) }
}

extension FilePath {
    /// The worker's directory.
    fileprivate static var workingDirectory: FilePath {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return FilePath(String(cString: path))
    }
}

extension TerminationStatus {
    fileprivate var phrase: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signaled(let signal): "ended by signal \(signal)"
        }
    }
}

extension SourceError {
    fileprivate init(notStarted configuration: ExecSource.Configuration, _ error: SubprocessError) {
        let program = configuration.command[0]
        let reason: String
        switch error.code {
        case .executableNotFound: reason = "there is no such program, or it is not executable"
        case .failedToChangeWorkingDirectory:
            reason =
                "its working directory \(configuration.workingDirectory ?? "") does not exist, or cannot be entered"
        default: reason = error.underlyingError.map { "\($0)" } ?? error.description
        }
        self.init(.exited, "cannot start \(program): \(reason)", underlying: error)
    }
}
