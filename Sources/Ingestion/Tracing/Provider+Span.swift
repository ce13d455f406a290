internal import Tracing

extension Provider {
    /// Runs `body` in a span of the tracer at hand; without one it costs next to nothing.
    ///
    /// What `body` throws is recorded in the words that people are shown, which hold no secret, and not as it is.
    func withSpan<Value>(
        _ name: String,
        ofKind kind: SpanKind = .internal,
        in context: ServiceContext = .current ?? .topLevel,
        _ body: (any Span) async throws -> Value
    ) async rethrows -> Value {
        let span: any Span = InstrumentationSystem.tracer.startSpan(name, context: context, ofKind: kind)
        defer { span.end() }
        span.tell([LogKey.provider: self.name])
        do {
            return try await ServiceContext.$current.withValue(span.context) { try await body(span) }
        } catch {
            span.record(error, hiding: secrets)
            throw error
        }
    }
}

extension Span {
    /// Sets attributes, which are put together only where they are recorded.
    func tell(_ attributes: @autoclosure () -> [String: any SpanAttributeConvertible]) {
        guard isRecording else { return }
        let told = attributes()
        updateAttributes { attributes in
            for (name, value) in told { attributes[name] = value }
        }
    }

    /// Records an error without what is secret in it. Work that was cut short, or put off, has not failed.
    func record(_ error: any Error, hiding secrets: Secrets) {
        guard isRecording else { return }
        switch error {
        case is CancellationError: tell([LogKey.outcome: "cancelled"])
        case is CallsDeferred: tell([LogKey.outcome: "deferred"])
        default:
            let type = (error as? SourceError)?.code.rawValue ?? "\(Swift.type(of: error))"
            fail(secrets.redacting("\(error)"), type: type)
        }
    }

    /// Records a failure in the words that people are shown.
    func fail(_ text: String, type: String) {
        let text = String(text.prefix(Store.errorLength))
        tell(["error.type": type])
        recordError(
            ShownError(description: text),
            attributes: ["exception.type": .string(type), "exception.message": .string(text)]
        )
        setStatus(SpanStatus(code: .error, message: text))
    }
}

/// An error as people are shown it.
private struct ShownError: Error, CustomStringConvertible {
    let description: String
}
