internal import Catalog
internal import HTTPTypes
internal import Hummingbird
internal import Ingestion

/// `/api/v1/watch`: what all providers and workers do, as it changes.
package struct WatchEndpoints: EndpointGroup {
    private let feed: WatchFeed

    package init(_ watch: StateWatch) {
        feed = watch.feed
    }

    package func add(to table: inout EndpointTable) {
        let feed = feed
        table.add([
            Endpoint(
                name: "watch",
                method: .get,
                path: "/api/v1/watch",
                guarding: .scope(.read),
                summary: """
                    What all providers and workers do, as server-sent events, without end: `access` (who asks, and what they may do), \
                    then `providers` (their names), `provider` and `history` of each, `workers`, and `trouble` (why nothing can be \
                    read, or null), each again when it has changed. `time` closes what belongs together, and comes each 15 s.
                    """,
                answers: [EndpointAnswer(.ok, "What is, and then what changes.", .text, as: "text/event-stream")]
            ) { request in
                if feed.isFull {
                    throw RefusedRequest.unavailable("too many watch already", retryAfter: 60)
                }
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/event-stream", .cacheControl: "no-store",
                        // Nginx gathers answers unless it is told otherwise.
                        .accelBuffering: "no",
                    ],
                    body: ResponseBody { writer in try await tell(request, to: &writer) }
                )
            }
        ])
    }

    @concurrent
    private func tell(_ request: APIRequest, to writer: inout any ResponseBodyWriter) async throws {
        let (id, signals) = feed.join(request.disconnect)
        defer { feed.leave(id) }
        let access: JSON = [
            "caller": .string(request.caller), "scope": .string((request.scope ?? .read).rawValue),
            "version": .string(TidemarkVersion.current),
        ]
        try await writer.write(ByteBuffer(bytes: ServerSentEvent.bytes("access", access)))
        var version = 0
        for await _ in signals {
            while let news = feed.news(for: id, since: version) {
                try await writer.write(news.bytes)
                version = news.version
            }
        }
        try await writer.finish(nil)
    }
}

extension HTTPField.Name {
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
