internal import Administration
internal import Catalog

/// `http`: where operators and senders of webhooks ask, and who may.
struct HTTPSection: Sendable {
    var host = "127.0.0.1"
    var port = 8_080
    /// The names by which it is asked, besides those of loopback.
    var names: [String] = []
    var tokens: [AccessToken] = []
    var requestsPerSecond = 100

    static let schema = Schema.record(
        { HTTPSection() },
        [
            Field(
                "host",
                .nonEmptyString,
                default: "127.0.0.1",
                \.host,
                "The address to listen on. Loopback unless given, and any other only with `tokens`: a proxy that ends TLS "
                    + "stands before it."
            ),
            Field("port", .integer(0...65_535), default: 8_080, \.port, "The port to listen on; 0 takes a free one."),
            Field(
                "names",
                .list(of: .nonEmptyString),
                \.names,
                "The names in Host by which it may be asked, besides localhost. Any, with `tokens`, unless given."
            ),
            Field(
                "tokens",
                TokenSection.mapSchema,
                \.tokens,
                "The tokens that requests may carry, by a name for who uses it. Without any, whoever is on this machine may "
                    + "do everything."
            ),
            Field(
                "requestsPerSecond",
                .integer(1...1_000_000),
                default: 100,
                \.requestsPerSecond,
                "How many requests one address may send a second, in the long run; twice as many at once. Webhooks are not "
                    + "counted. Behind a proxy all come from one address."
            ),
        ]
    )

    /// Who may ask for what.
    ///
    /// - Throws: ``AccessError`` when everyone could reach what nothing guards.
    func access() throws(AccessError) -> Access {
        try Access(host: host, names: names, tokens: tokens)
    }

    /// The server's configuration.
    var server: HTTPServer.Configuration {
        var configuration = HTTPServer.Configuration()
        (configuration.host, configuration.port) = (host, port)
        configuration.requestsPerSecond = requestsPerSecond
        return configuration
    }
}
