internal import Administration
internal import Catalog

/// `http`: where webhooks are taken.
struct HTTPSection: Sendable {
    var host = "127.0.0.1"
    var port = 8_080

    static let schema = Schema.record(
        { HTTPSection() },
        [
            Field(
                "host",
                .nonEmptyString,
                default: "127.0.0.1",
                \.host,
                "The address to listen on. Loopback unless given: a proxy that ends TLS stands before it."
            ),
            Field("port", .integer(0...65_535), default: 8_080, \.port, "The port to listen on; 0 takes a free one."),
        ]
    )

    /// The server's configuration.
    var server: HTTPServer.Configuration {
        var configuration = HTTPServer.Configuration()
        (configuration.host, configuration.port) = (host, port)
        return configuration
    }
}
