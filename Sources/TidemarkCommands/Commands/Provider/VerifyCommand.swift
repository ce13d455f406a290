internal import ArgumentParser
internal import Ingestion

/// `tidemark verify`.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the invariants on a live Redis, in bounded steps.",
        discussion: """
            Writes nothing. A provider that changes while it is looked at is looked at again; one that never holds still is
            reported as not checked. Exit code 6 when an invariant is violated.

            EXAMPLES
              tidemark verify
              tidemark verify github
              tidemark verify --json | jq '.checks[] | select(.violations > 0)'
            """
    )

    @Argument(help: "One provider; all of them unless given.")
    var name: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let session = try Session.open(global)
        let report = try await session.withStore { store in
            let operations = Operations(store: store)
            var checks = [Verification.Check]()
            for provider in try await names(operations) {
                session.console.screen.draw(["verifying \(provider) …"])
                checks += try await Verifier(store: store).verify(provider).checks
            }
            session.console.screen.draw([])
            return VerificationReport(checks: checks)
        }
        session.console.show(report, asJSON: output.json)
        if report.violations > 0 { throw QuietFailure(status: .violated) }
    }

    private func names(_ operations: Operations) async throws -> [String] {
        guard let name else { return try await operations.providers() }
        _ = try await operations.status(of: name)
        return [name]
    }
}
