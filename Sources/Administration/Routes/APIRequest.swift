internal import Catalog
internal import HTTPTypes
internal import Hummingbird
internal import Ingestion
internal import Logging

/// A request that passed its endpoint's ``Gate``: what it carries is of the shapes that the endpoint declares.
struct APIRequest: Sendable {
    let head: HTTPRequest
    /// As it came; empty where the gate has read it.
    let raw: Request
    /// By name, from the path.
    let path: [String: String]
    let query: [String: String]
    /// The members of the body; none without one.
    let body: [String: JSON]
    /// Who asks: the token's name, or `loopback` where there are no tokens.
    let caller: String
    /// What who asks may do; nil where everyone may ask.
    let scope: Scope?
    /// Cuts the connection off.
    let disconnect: @Sendable () -> Void
    let logger: Logger

    /// The provider that the path names.
    func provider() throws(OperationError) -> String {
        let name = path["provider"] ?? ""
        guard ProviderName.isValid(name) else { throw .unknown(name) }
        return name
    }

    /// A number of the query, or what it is unless given.
    func count(_ name: String, default fallback: Int) -> Int { query[name].flatMap { Int($0) } ?? fallback }
}
