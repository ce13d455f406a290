internal import Administration
internal import ArgumentParser

/// `tidemark health`.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a process of this machine whether it is ready, for health checks.",
        discussion: """
            Asks /health/ready of the worker, `tidemark serve` or `tidemark run` that serves HTTP at this address. Exit code 0
            when it is ready, 1 when it is not or does not answer within 4 s. It needs no configuration and no token.

            EXAMPLES
              tidemark health
              tidemark health --http 0.0.0.0:8080
            """
    )

    @Option(help: ArgumentHelp("Where the process listens (default: 127.0.0.1:8080).", valueName: "[host:]port"))
    var http: HTTPAddressArgument?

    func run() async throws {
        let usual = HTTPSection()
        let inquiry = ReadinessInquiry(host: http?.host ?? usual.host, port: http?.port ?? usual.port)
        if let problem = await inquiry.problem() {
            throw CommandFailure(
                .failure,
                "not ready: \(problem)",
                at: inquiry.url,
                mend: "look at the log of the process, and whether it serves HTTP at this address"
            )
        }
        Console.current.print("ready")
    }
}
