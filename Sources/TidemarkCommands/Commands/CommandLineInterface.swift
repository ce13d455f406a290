internal import ArgumentParser
internal import EntitySources

/// The command line as `@main` and tests call it.
package enum CommandLineInterface {
    /// To be called first, in a process of our own: mappings must not depend on who runs it.
    package static func prepareProcess() {
        // It keeps the environment as it was, for `${HOME}` in a configuration.
        _ = Console.process
        HomeDirectory.hide()
        LDAPDefaults.ignore()
    }

    /// Runs one command and gives the process's exit code; what is to be said has been printed.
    package static func run(_ arguments: [String]) async -> Int32 {
        let console = Console.current
        do {
            var command = try Tidemark.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.success.rawValue
        } catch {
            return report(error, to: console).rawValue
        }
    }

    private static func report(_ error: any Error, to console: Console) -> ExitStatus {
        if let quiet = error as? QuietFailure { return quiet.status }
        if isOfArgumentParser(error) {
            let message = Tidemark.fullMessage(for: error)
            guard !Tidemark.exitCode(for: error).isSuccess else {
                console.print(message)
                return .success
            }
            console.screen.print(message)
            return .usage
        }
        if let error = error as? ConfigurationError { return report(error, to: console) }
        let failure = CommandFailure(error)
        console.screen.keep()
        for line in failure.lines(console.errorStyle) { console.screen.print(console.secrets.redact(line)) }
        return failure.status
    }

    private static func report(_ error: ConfigurationError, to console: Console) -> ExitStatus {
        for problem in error.problems {
            for line in problem.lines(file: error.file, style: console.errorStyle) {
                console.screen.print(console.secrets.redact(line))
            }
        }
        if error.problems.count > 1 { console.screen.print("\(error.problems.count) errors in \(error.file)") }
        return .usage
    }

    /// ArgumentParser's errors are its own: help, version, and a wrong command line.
    private static func isOfArgumentParser(_ error: any Error) -> Bool {
        let isOrdinary = Tidemark.exitCode(for: error) == .failure
        return !isOrdinary || error is CleanExit || error is ValidationError || error is ExitCode
    }
}
