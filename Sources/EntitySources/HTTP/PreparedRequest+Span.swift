internal import Ingestion
internal import NIOHTTP1
internal import Tracing

extension PreparedRequest {
    /// Sends the request in a span of the tracer at hand.
    ///
    /// It says where the request goes and how it ended, but neither the path nor what an error says: either may hold what is secret.
    func withSpan(
        to origin: SourceURL.Origin,
        _ send: () async throws -> HTTPAnswer
    ) async throws -> HTTPAnswer {
        let span: any Span = InstrumentationSystem.tracer.startSpan(method, ofKind: .client)
        defer { span.end() }
        guard span.isRecording else { return try await send() }
        span.updateAttributes {
            $0["http.request.method"] = method
            $0["url.scheme"] = origin.scheme
            $0["server.address"] = origin.host
            $0["server.port"] = origin.port
        }
        do {
            let answer = try await ServiceContext.$current.withValue(span.context) { try await send() }
            span.attributes["http.response.status_code"] = Int(answer.status.code)
            if answer.status.code >= 400 { span.fail("\(answer.status.code)") }
            return answer
        } catch {
            if !(error is CancellationError) {
                span.fail((error as? SourceError)?.code.rawValue ?? "\(Swift.type(of: error))")
            }
            throw error
        }
    }
}

extension Span {
    fileprivate func fail(_ type: String) {
        attributes["error.type"] = type
        setStatus(SpanStatus(code: .error))
    }
}
