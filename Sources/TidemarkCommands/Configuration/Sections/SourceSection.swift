internal import EntitySources

/// `source`: one of the ways to read.
enum SourceSection: Sendable {
    case http(HTTPSource.Configuration)
    case exec(ExecSource.Configuration)

    static let schema = Schema<SourceSection>.choice([
        Choice("http", .http, "Reads pages over HTTP and maps them with jq.") { .http($0) },
        Choice("exec", .exec, "Runs a program for each burst that writes one JSON object a line.") { .exec($0) },
    ])
}
