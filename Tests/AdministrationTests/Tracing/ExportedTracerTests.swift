import Catalog
import Testing
import Tracing

@testable import Administration

@Suite struct ExportedTracerTests {
    private let queue = SpanQueue(capacity: 100, batchSize: 100)
    private var ended: [SpanRecord] { queue.withBatches { $0.waiting } }

    private func tracer(ratio: Double = 1) -> ExportedTracer {
        ExportedTracer(sampler: TraceSampler(ratio: ratio), queue: queue)
    }

    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-"

    private func extract(_ headers: [String: String]) -> ServiceContext {
        var context = ServiceContext.topLevel
        tracer().extract(headers, into: &context, using: DictionaryExtractor())
        return context
    }

    private func inject(_ context: ServiceContext?) -> [String: String] {
        var headers: [String: String] = [:]
        if let context { tracer().inject(context, into: &headers, using: DictionaryInjector()) }
        return headers
    }

    @Test("spans below each other are one trace; they are queued as they end")
    func tree() throws {
        let tracer = tracer()
        tracer.withSpan("above", ofKind: .producer) { above in
            above.attributes["a"] = 1
            tracer.withSpan("below") { _ in }
        }
        #expect(ended.map(\.name) == ["below", "above"])
        let (below, above) = (ended[0], ended[1])
        #expect(above.parent == nil && below.parent == above.place.parent.span && above.kind == .producer)
        #expect(above.place.parent.trace == below.place.parent.trace)
        #expect(above.place.parent.span != below.place.parent.span)
        #expect(above.start <= below.start && below.start <= below.end && below.end <= above.end && above.start > 0)
        #expect(above.attributes.get("a") == .int64(1))
        let next = tracer.startSpan("next")
        #expect(next.context.trace?.parent.trace != above.place.parent.trace)
    }

    @Test("a trace goes on as it came, and what its other systems say goes with it", arguments: ["01", "00"])
    func remote(flags: String) throws {
        let context = extract(["traceparent": Self.parent + flags, "tracestate": "a=1"])
        // Whatever share is recorded of what begins here.
        let span = tracer(ratio: flags == "01" ? 0 : 1).startSpan("below", context: context)
        #expect(span.isRecording == (flags == "01"))
        let headers = inject(span.context)
        let parent = try #require(headers["traceparent"].flatMap { TraceParent($0) })
        #expect(parent.trace.description == "0af7651916cd43dd8448eb211c80319c" && parent.spanText != "b7ad6b7169203331")
        #expect(parent.isSampled == (flags == "01") && headers["tracestate"] == "a=1")
        span.end()
        #expect(ended.map(\.parent) == (flags == "01" ? [0xb7ad_6b71_6920_3331] : []))
    }

    @Test(
        "a header that is not valid is none",
        arguments: ["", "nonsense", parent + "1", "ff" + parent.dropFirst(2) + "01"]
    )
    func invalid(text: String) {
        #expect(extract(["traceparent": text, "tracestate": "a=1"]).isEmpty)
        #expect(extract([:]).isEmpty && inject(.topLevel).isEmpty)
    }

    @Test("what is not recorded keeps nothing, and says so before anything is put together")
    func notRecorded() {
        let span = tracer(ratio: 0).startSpan("name")
        #expect(!span.isRecording && span.operationName.isEmpty)
        span.attributes["a"] = "b"
        span.setStatus(SpanStatus(code: .error))
        #expect(span.attributes.isEmpty)
        span.end()
        #expect(ended.isEmpty && inject(span.context)["traceparent"]?.hasSuffix("-00") == true)
    }

    @Test("a span ends once, and is not changed after")
    func end() {
        let span = tracer().startSpan("name")
        span.operationName = "other"
        span.end()
        span.attributes["late"] = true
        span.end()
        #expect(ended.map(\.name) == ["other"] && ended[0].attributes.isEmpty && !span.isRecording)
    }

    @Test("a span whose clock went back does not end before it began")
    func clock() {
        let span = tracer().startSpan("name", at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 7))
        span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 5))
        #expect(ended[0].start == 7 && ended[0].end == 7)
    }

    @Test("an error is an event in OpenTelemetry's words; what the caller says of it comes first")
    func error() {
        let span = tracer().startSpan("name")
        span.recordError(SomeError(), attributes: ["exception.message": "in other words"])
        span.addEvent(SpanEvent(name: "event", attributes: ["a": 1]))
        span.addLink(SpanLink(context: extract(["traceparent": Self.parent + "01"]), attributes: [:]))
        span.addLink(SpanLink(context: .topLevel, attributes: [:]))
        span.end()
        #expect(ended[0].events.map(\.name) == ["exception", "event"])
        #expect(ended[0].events[0].attributes.get("exception.type") == "SomeError")
        #expect(ended[0].events[0].attributes.get("exception.message") == "in other words")
        #expect(ended[0].links.map { $0.place.parent.description } == [Self.parent + "01"])
    }
}

private struct SomeError: Error {}

private struct DictionaryExtractor: Extractor {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}

private struct DictionaryInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}
