internal import AsyncHTTPClient
internal import Catalog
internal import Ingestion
internal import NIOCore
internal import NIOHTTP1

/// Posts spans to a collector: OTLP over HTTP.
struct SpanTransport: Sendable {
    /// What became of a post.
    enum Answer: Sendable, Equatable {
        /// The collector has them, but for so many that it rejected.
        case taken(rejected: Int)
        /// It will never take these.
        case refused(String)
        /// It may take them later.
        case unavailable(String, retryAfter: Duration?)
    }

    private let url: String
    private let headers: HTTPHeaders
    private let timeout: Duration
    private let client: HTTPClient

    init(endpoint: String, headers: [(name: String, value: String)], timeout: Duration) {
        var root = endpoint[...]
        while root.last == "/" { root.removeLast() }
        url = "\(root)/v1/traces"
        var all = HTTPHeaders([
            ("content-type", "application/json"), ("user-agent", "tidemark/\(TidemarkVersion.current)"),
        ])
        for header in headers { all.replaceOrAdd(name: header.name, value: header.value) }
        self.headers = all
        self.timeout = timeout
        var configuration = HTTPClient.Configuration()
        // The headers are for this collector alone.
        configuration.redirectConfiguration = .disallow
        // The next try is the exporter's.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.read = TimeAmount(timeout)
        // What sends spans makes none.
        configuration.tracing.tracer = nil
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func post(_ body: [UInt8]) async -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, timeout: TimeAmount(timeout))
            // Also of an answer that says nothing: a connection whose body is not read is not used again.
            let answer = Array(buffer: try await response.body.collect(upTo: Self.longestAnswer))
            return Self.answer(response.status, response.headers, answer)
        } catch let error as HTTPClientError {
            return .unavailable(error.shortDescription, retryAfter: nil)
        } catch {
            return .unavailable("no connection (\(Swift.type(of: error)))", retryAfter: nil)
        }
    }

    func shutdown() async {
        try? await client.shutdown()
    }

    private static func answer(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: [UInt8]) -> Answer {
        switch status.code {
        case 200..<300:
            let rejected = (try? JSON(parsing: body))?["partialSuccess"]?["rejectedSpans"]
            return .taken(rejected: rejected?.string.flatMap { Int($0) } ?? rejected?.integer.map { Int($0) } ?? 0)
        case 429, 502, 503, 504:
            let seconds = headers.first(name: "retry-after").flatMap { Int64($0) }
            return .unavailable("it answered \(status.code)", retryAfter: seconds.map { .seconds(max($0, 0)) })
        default: return .refused("it answered \(status.code)")
        }
    }

    private static let longestAnswer = 64 << 10
}
