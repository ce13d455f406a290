internal import Administration
internal import Catalog
internal import HTTPTypes
internal import Logging

/// `tracing`: where spans are sent.
struct TracingSection: Sendable {
    var endpoint = ""
    var headers: [(name: String, value: String)] = []
    var sampleRatio = 1.0

    static let schema = Schema.record(
        { TracingSection() },
        [
            Field(
                "endpoint",
                .url(["http", "https"]),
                required: true,
                \.endpoint,
                "The URL of a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318. Spans go to /v1/traces below "
                    + "it, as JSON."
            ),
            Field(
                "headers",
                headerMap,
                \.headers,
                "What each request to it carries, such as credentials: a text with ${NAME} in it, or file:PATH."
            ),
            Field(
                "sampleRatio",
                .ratio,
                default: 1,
                \.sampleRatio,
                "The share of the bursts that are recorded, from 0 to 1. Where a trace goes on that began elsewhere, what was "
                    + "decided there holds."
            ),
        ]
    )

    /// What makes spans and sends them.
    func exporter(logger: Logger) -> SpanExporter {
        var configuration = SpanExporter.Configuration(endpoint: endpoint)
        (configuration.headers, configuration.sampleRatio) = (headers, sampleRatio)
        return SpanExporter(configuration, logger: logger)
    }

    private static let headerMap = Schema.map(of: headerValue, name: headerName)

    /// A secret may stand in a file of its own, or in a part of the text.
    private static let headerValue = Schema<String>(json: Schema<String>.credential.json) { node, path, decoding in
        if node.scalar?.text.hasPrefix("file:") == true {
            return Schema<Secret>.secret.decode(node, path, &decoding)?.value
        }
        return Schema<String>.credential.decode(node, path, &decoding)
    }

    private static let headerName: @Sendable (String) -> Finding? = { name in
        HTTPField.Name(name) == nil ? Finding(message: "`\(name)` cannot name a header") : nil
    }
}
