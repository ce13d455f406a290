import Catalog
import Ingestion
import TestSupport
import Testing
import Tracing

@testable import EntitySources

@Suite struct RequestSpanTests {
    /// Reads a page whose request holds secrets wherever one can stand, and gives the spans.
    private func read(
        _ tracer: TestTracer = TestTracer(),
        timeout: Duration? = nil,
        _ handler: @escaping HTTPTestServer.Handler
    ) async throws -> (spans: [TestSpan], requests: [HTTPTestServer.Request], port: Int) {
        try await HTTPTestServer.with(handler) { server in
            var configuration = HTTPSource.Configuration(url: server.url + "/a-secret-path?q=a-secret-query")
            configuration.entity = "."
            configuration.authentication = .query(name: "key", value: "a-secret-key")
            if let timeout { configuration.requestTimeout = timeout }
            let source = try HTTPSource(configuration, logger: quiet, now: { 1_700_000_000 })
            await withTracer(tracer) {
                await tracer.withSpan("page") { _ in _ = try? await source.readPage() }
            }
            return (tracer.spans, server.requests, server.port)
        }
    }

    @Test("a request is a span under its page, which says where it went and no secret")
    func request() async throws {
        let (spans, requests, port) = try await read { _ in .init(status: 200, body: Array("[]".utf8)) }
        #expect(requests.first?.uri.contains("a-secret-key") == true)
        #expect(spans.map(\.operationName) == ["page", "GET"])
        let span = try #require(spans.last)
        #expect(span.parent == spans.first?.traceparent && span.kind == .client && span.isEnded)
        #expect(span["http.request.method"] == "GET" && span["url.scheme"] == "http")
        #expect(span["server.address"] == "127.0.0.1" && span["server.port"] == "\(port)")
        #expect(span["http.response.status_code"] == "200" && span.status == nil)
        #expect(!span.text.contains("secret"))
        // Other people's servers are not told of the trace.
        #expect(requests.allSatisfy { request in !request.headers.contains { $0.name.lowercased() == "traceparent" } })
    }

    @Test("an answer that is an error, and no answer, are failures without words")
    func failures() async throws {
        let (refused, _, _) = try await read { _ in .init(status: 503, body: Array("a-secret-text".utf8)) }
        #expect(refused.last?["http.response.status_code"] == "503" && refused.last?["error.type"] == "503")
        let (silent, _, _) = try await read { _ in .init(status: 200, body: [], end: .dropped) }
        #expect(silent.last?["error.type"] == "unavailable")
        for span in [refused.last, silent.last] {
            #expect(span?.status?.code == .error && span?.text.contains("secret") == false)
        }
    }

    @Test("what is not recorded costs no attribute")
    func notRecorded() async throws {
        let (spans, requests, _) = try await read(TestTracer(isSampled: false)) { _ in .init(status: 200, body: []) }
        #expect(spans.isEmpty && requests.count == 1)
    }
}
