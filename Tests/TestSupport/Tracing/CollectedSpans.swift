package import Catalog

/// The spans that a collector of OpenTelemetry was sent.
package struct CollectedSpans: Sendable {
    package struct Span: Sendable {
        package let json: JSON

        package var name: String { json["name"]?.string ?? "" }
        package var trace: String { json["traceId"]?.string ?? "" }
        package var id: String { json["spanId"]?.string ?? "" }
        package var parent: String? { json["parentSpanId"]?.string }

        /// An attribute as a text.
        package subscript(_ name: String) -> String? {
            let value = json["attributes"]?.array?.first { $0["key"]?.string == name }?["value"]
            return value?["stringValue"]?.string ?? value?["intValue"]?.string
        }
    }

    package let all: [Span]

    package init(_ requests: [HTTPTestServer.Request]) {
        all = requests.flatMap { request -> [Span] in
            let message = try? JSON(parsing: request.body)
            let resources = message?["resourceSpans"]?.array ?? []
            return resources.flatMap { $0["scopeSpans"]?.array ?? [] }.flatMap { $0["spans"]?.array ?? [] }
                .map { Span(json: $0) }
        }
    }

    /// The spans of a name.
    package func callAsFunction(_ name: String) -> [Span] { all.filter { $0.name == name } }
}
