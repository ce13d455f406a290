internal import ArgumentParser
internal import Ingestion

/// A command that lists what there is of one provider, up to a limit.
protocol ProviderListing: AsyncParsableCommand {
    associatedtype List: Displayable & Sendable

    var provider: ProviderArgument { get }
    var limit: Int { get }
    var output: OutputOptions { get }
    var global: GlobalOptions { get }

    /// At most so many, at least one.
    func list(_ operations: Operations, most: Int) async throws -> List
}

extension ProviderListing {
    func run() async throws {
        let session = try Session.open(global)
        let listed: List = try await session.withProvider(provider.name) { operations in
            try await list(operations, most: max(1, limit))
        }
        session.console.show(listed, asJSON: output.json)
    }
}
