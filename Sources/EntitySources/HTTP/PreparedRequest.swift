/// One request, complete but for the credentials, which depend on where it goes.
struct PreparedRequest: Sendable {
    var method: String
    var url: SourceURL
    /// Headers that any host may see.
    var headers: [(name: String, value: String)]
    /// Headers of the configuration that may hold a secret.
    var privateHeaders: [(name: String, value: String)]
    var body: [UInt8]?

    /// What an error calls it: no query, no secrets.
    var name: String { "\(method) \(url.textWithoutQuery)" }
}
