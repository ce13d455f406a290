/// Ends a command with an exit code when all there is to say has been printed.
struct QuietFailure: Error, Sendable {
    let status: ExitStatus
}
