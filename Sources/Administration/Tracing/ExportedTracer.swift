internal import Catalog
internal import Ingestion
package import Tracing

/// Makes the spans that a ``SpanExporter`` sends, and hands traces on in the format of W3C Trace Context.
///
/// A trace that began elsewhere is recorded if it is there; of those that begin here, a share is.
package struct ExportedTracer: Tracer {
    private let sampler: TraceSampler
    private let queue: SpanQueue

    init(sampler: TraceSampler, queue: SpanQueue) {
        (self.sampler, self.queue) = (sampler, queue)
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> ExportedSpan {
        var context = context()
        let above = context.trace
        let trace = above?.parent.trace ?? Self.makeTraceID()
        let isSampled = above?.parent.isSampled ?? sampler.samples(trace)
        guard
            let own = TraceParent(trace: trace, span: UInt64.random(in: 1 ... .max), isSampled: isSampled)
        else { preconditionFailure("a span's id is never 0") }
        let place = TraceContext(parent: own, state: above?.state)
        context.trace = place
        guard isSampled else { return ExportedSpan(context: context) }
        let record = SpanRecord(
            place: place,
            parent: above?.parent.span,
            name: operationName,
            kind: kind,
            start: instant().nanosecondsSinceEpoch
        )
        return ExportedSpan(context: context, recording: SpanRecording(record, into: queue))
    }

    package func forceFlush() { queue.full.fire() }

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.parent.description, forKey: "traceparent", into: &carrier)
        if let state = trace.state, !state.isEmpty { injector.inject(state, forKey: "tracestate", into: &carrier) }
    }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: "traceparent", from: carrier), let parent = TraceParent(text) else {
            return
        }
        context.trace = TraceContext(parent: parent, state: extractor.extract(key: "tracestate", from: carrier))
    }

    private static func makeTraceID() -> TraceParent.TraceID {
        while true {
            let (high, low) = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
            if let id = TraceParent.TraceID(high: high, low: low) { return id }
        }
    }
}
