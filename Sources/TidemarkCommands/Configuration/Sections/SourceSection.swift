internal import EntitySources
internal import Ingestion
internal import Logging

/// `source`: one of the ways to read.
indirect enum SourceSection: Sendable {
    case http(HTTPSource.Configuration)
    case graphQL(GraphQLSource.Configuration)
    /// The source that a preset is.
    case github(SourceSection)
    case exec(ExecSource.Configuration)
    case ldap(LDAPSource.Configuration)

    /// The key of the file.
    var name: String {
        switch self {
        case .http: "http"
        case .graphQL: "graphql"
        case .github: "github"
        case .exec: "exec"
        case .ldap: "ldap"
        }
    }

    /// Credentials once more, as they are sent; nil where that is nothing new.
    var encodedCredentials: String? {
        switch self {
        case .http(let configuration): configuration.authentication?.encoded
        case .graphQL(let configuration): configuration.authentication?.encoded
        case .github(let section): section.encodedCredentials
        case .exec, .ldap: nil
        }
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
        case .graphQL(let configuration): try GraphQLSource(configuration, fetched: fetched, logger: logger)
        case .github(let section): try section.build(logger, fetched: fetched)
        case .exec(let configuration): try ExecSource(configuration, logger: logger)
        case .ldap(let configuration): try LDAPSource(configuration, logger: logger)
        }
    }

    static let schema = Schema<SourceSection>.choice([
        Choice("http", .http, "Reads pages over HTTP and maps them with jq.") { .http($0) },
        Choice("graphql", .graphQL, "Reads a Relay connection of a GraphQL server, and those nested in it.") {
            .graphQL($0)
        },
        Choice("github", GitHubSection.schema, "Reads GitHub as `tidemark preset` prints it.") { $0 },
        Choice("exec", .exec, "Runs a program for each burst that writes one JSON object a line.") { .exec($0) },
        Choice("ldap", .ldap, "Reads the people and groups of a directory and maps them with jq.") { .ldap($0) },
    ])
}
