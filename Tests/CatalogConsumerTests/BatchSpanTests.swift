import Catalog
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import CatalogConsumer

@Suite struct BatchSpanTests {
    private static func parent(_ digit: String, span: String = "b7ad6b7169203331", flags: String = "01") -> String {
        "00-\(String(repeating: digit, count: 32))-\(span)-\(flags)"
    }

    /// Consumes entries that were published in these traces, and gives the spans and what the sink saw.
    private func consume(
        _ traces: [String?],
        states: [String?] = [],
        tracer: TestTracer = TestTracer(),
        failure: (any Error)? = nil
    ) async throws -> (spans: [TestSpan], seen: [String?]) {
        let sink = ContextSink(failure: failure)
        try await withLane { lane in
            try await lane.register()
            for (index, trace) in traces.enumerated() {
                var fields = TestDelta.adding("e\(index)").fields
                if let trace { fields.append(("traceparent", trace)) }
                if states.indices.contains(index), let state = states[index] { fields.append(("tracestate", state)) }
                try await lane.publish(fields, index + 1)
            }
            try await withTracer(tracer) {
                let clock = ManualClock()
                try await whileRunning(lane.consumer(sink, clock: clock)) {
                    try await eventually {
                        // For a batch that comes again after a pause.
                        if failure != nil { clock.advance(by: .seconds(1)) }
                        return sink.stored == traces.count
                    }
                }
            }
        }
        return (tracer.spans, sink.seen)
    }

    @Test("a batch of one trace is stored under the span that published it, and the sink runs in that trace")
    func oneTrace() async throws {
        let parent = Self.parent("a")
        let (spans, seen) = try await consume([parent, parent], states: ["x=1", nil])
        let span = try #require(spans.first)
        #expect(spans.count == 1 && span.operationName == "apply" && span.kind == .consumer && span.isEnded)
        #expect(span.parent == parent && span.links.isEmpty && seen == [span.traceparent])
        #expect(span[LogKey.provider] == "github" && span[LogKey.group] == "catalog" && span[LogKey.entry] == "2-0")
        #expect(span[LogKey.entries] == "2" && span[LogKey.changed] == "2" && span[LogKey.removed] == "0")
    }

    @Test("of several traces, the first that was recorded goes on, and the others are linked")
    func severalTraces() async throws {
        let (a, b, c) = (Self.parent("a", flags: "00"), Self.parent("b"), Self.parent("c"))
        let (spans, seen) = try await consume([a, nil, b, b, c])
        let span = try #require(spans.first)
        #expect(span.parent == b && span.links == [a, c] && seen == [span.traceparent])
    }

    @Test("where none was recorded, none is: what the publisher decided holds")
    func notRecorded() async throws {
        let (spans, seen) = try await consume([Self.parent("a", flags: "00")])
        #expect(spans.isEmpty)
        #expect(seen.first??.hasPrefix("00-\(String(repeating: "a", count: 32))-") == true)
    }

    @Test(
        "an entry whose trace cannot be read is stored all the same, in a trace of its own",
        arguments: [nil, "", "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "ff-a-b-c"]
    )
    func unreadable(text: String?) async throws {
        let (spans, seen) = try await consume([text], states: ["\u{1}"])
        let span = try #require(spans.first)
        #expect(span.parent == nil && span.links.isEmpty && seen == [span.traceparent])
    }

    @Test("why a batch was not stored is recorded, in the words of the log")
    func failure() async throws {
        let (spans, _) = try await consume([Self.parent("a")], failure: SinkError(.failed, "the disk is full"))
        #expect(spans.count == 2)
        #expect(spans.first?.status?.code == .error && spans.first?["error.type"] == "SinkError")
        #expect(spans.first?.errors.first?.contains("the disk is full") == true)
        #expect(spans.last?.status == nil && spans.last?.errors.isEmpty == true)
    }

    @Test("without a tracer entries are stored as before")
    func noTracer() async throws {
        let sink = ContextSink()
        try await withLane { lane in
            try await lane.register()
            try await lane.publish(TestDelta.adding("e").fields + [("traceparent", Self.parent("a"))], 1)
            try await whileRunning(lane.consumer(sink)) { try await eventually { sink.stored == 1 } }
        }
        #expect(sink.seen == [nil])
    }
}

/// Keeps in which trace it ran; the first batch may fail.
private final class ContextSink: Sink {
    private struct State {
        var failure: (any Error)?
        var stored = 0
        var seen: [String?] = []
    }

    private let state: Mutex<State>

    init(failure: (any Error)? = nil) {
        state = Mutex(State(failure: failure))
    }

    var stored: Int { state.withLock { $0.stored } }
    var seen: [String?] { state.withLock { $0.seen } }

    func apply(_ entries: [StreamEntry], provider: String) throws {
        try state.withLock { state in
            if let failure = state.failure {
                state.failure = nil
                throw failure
            }
            state.stored += entries.count
            state.seen.append(ServiceContext.current?.testTraceparent)
        }
    }
}
