internal import ArgumentParser
internal import Ingestion

/// A command that does one thing to one provider.
protocol ProviderOperation: AsyncParsableCommand {
    var provider: ProviderArgument { get }
    var global: GlobalOptions { get }
    var output: OutputOptions { get }

    /// Does it, and says what it did.
    func operate(_ operations: Operations, _ session: Session) async throws -> Outcome
}

extension ProviderOperation {
    func run() async throws {
        let session = try Session.open(global)
        let outcome = try await session.withProvider(provider.name) { try await operate($0, session) }
        session.console.show(outcome, asJSON: output.json)
    }

    /// What `operate` answers.
    func outcome(_ sentence: String) -> Outcome {
        Outcome(provider: provider.name, operation: Self._commandName, sentence: sentence)
    }
}

extension Session {
    /// Runs `body` with the operations; a name that Redis does not know is answered with the one that was meant.
    func withProvider<Result: Sendable>(
        _ name: String,
        _ body: (Operations) async throws -> Result
    ) async throws -> Result {
        try await withStore { store in
            let operations = Operations(store: store)
            do {
                return try await body(operations)
            } catch let error as OperationError where error.code == .unknownProvider {
                let names = try await operations.providers()
                let known = names.isEmpty ? "it knows none yet" : "known: \(names.joined(separator: ", "))"
                let meant = NearestKey.find(name, in: names).map { "did you mean `\($0)`?" }
                throw CommandFailure(
                    .notFound,
                    "Redis knows no provider `\(name)`",
                    mend: meant ?? "\(known); a worker makes those of its configuration known when it starts"
                )
            }
        }
    }
}
