internal import EntitySources
internal import Ingestion
internal import Logging

/// `source`: one of the ways to read.
enum SourceSection: Sendable {
    case http(HTTPSource.Configuration)
    case exec(ExecSource.Configuration)

    /// The key of the file.
    var name: String {
        switch self {
        case .http: "http"
        case .exec: "exec"
        }
    }

    /// Credentials once more, as they are sent; nil where that is nothing new.
    var encodedCredentials: String? {
        if case .http(let configuration) = self { configuration.authentication?.encoded } else { nil }
    }

    /// Checks the rest of the configuration, jq expressions too; nothing is read.
    ///
    /// - Parameter fetched: is told of every token that the source fetches.
    func build(
        _ logger: Logger,
        fetched: FetchedSecrets = FetchedSecrets()
    ) throws(SourceConfigurationError) -> any EntitySource {
        switch self {
        case .http(let configuration): try HTTPSource(configuration, fetched: fetched, logger: logger)
        case .exec(let configuration): try ExecSource(configuration, logger: logger)
        }
    }

    static let schema = Schema<SourceSection>.choice([
        Choice("http", .http, "Reads pages over HTTP and maps them with jq.") { .http($0) },
        Choice("exec", .exec, "Runs a program for each burst that writes one JSON object a line.") { .exec($0) },
    ])
}
