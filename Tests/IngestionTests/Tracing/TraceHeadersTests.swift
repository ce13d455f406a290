import TestSupport
import Testing
import Tracing

@testable import Ingestion

@Suite struct TraceHeadersTests {
    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    /// What is handed on of a trace that some tracer names so.
    private func headers(_ traceparent: String, _ tracestate: String? = nil) -> String? {
        withTracer(NamingTracer(headers: ["traceparent": traceparent, "tracestate": tracestate, "baggage": "b"])) {
            var context = ServiceContext.topLevel
            context[SomeKey.self] = true
            return ServiceContext.$current.withValue(context) { TraceHeaders.current?.description }
        }
    }

    @Test("both headers, or the first alone")
    func both() {
        #expect(headers(Self.parent) == Self.parent)
        #expect(headers(Self.parent, "a=1, b=2") == "\(Self.parent) a=1, b=2")
    }

    @Test("a traceparent that is none is not handed on", arguments: ["", "1-2-3", "\(parent) x", "\(parent)\n"])
    func noParent(text: String) {
        #expect(headers(text, "a=1") == nil)
    }

    @Test(
        "a tracestate that is none, or too long, is left out",
        arguments: ["a=\n", "a=é", String(repeating: "a", count: 513)]
    )
    func noState(text: String) {
        #expect(headers(Self.parent, text) == Self.parent)
    }

    @Test("without a context there is nothing to hand on")
    func noContext() {
        let tracer = NamingTracer(headers: ["traceparent": Self.parent])
        #expect(withTracer(tracer) { TraceHeaders.current == nil })
        #expect(withTracer(tracer) { ServiceContext.$current.withValue(.topLevel) { TraceHeaders.current == nil } })
    }
}

private enum SomeKey: ServiceContextKey {
    typealias Value = Bool
}

/// A tracer that gives every trace the same headers.
private struct NamingTracer: Tracer {
    let headers: [String: String?]

    func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> NoOpTracer.NoOpSpan {
        NoOpTracer.NoOpSpan(context: context())
    }

    func forceFlush() {}

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        for case (let name, let value?) in headers { injector.inject(value, forKey: name, into: &carrier) }
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {}
}
