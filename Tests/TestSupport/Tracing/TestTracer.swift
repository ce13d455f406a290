internal import Catalog
internal import Synchronization
package import Tracing

/// A tracer in memory that hands traces on in the format of W3C Trace Context. Its ids count up from 1.
package final class TestTracer: Tracer {
    private struct State {
        var spans: [TestSpan] = []
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let isSampled: Bool

    /// - Parameter isSampled: whether spans without a parent are recorded.
    package init(isSampled: Bool = true) {
        self.isSampled = isSampled
    }

    /// The spans that were recorded, in the order in which they began; ended or not.
    package var spans: [TestSpan] { state.withLock { $0.spans } }

    /// The recorded spans of a name.
    package func spans(_ name: String) -> [TestSpan] { spans.filter { $0.operationName == name } }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> TestSpan {
        var context = context()
        let parent = context.testTrace
        return state.withLock { state in
            state.lastID += 1
            let id = state.lastID
            let trace = parent?.parent.trace ?? TraceParent.TraceID(high: 0, low: id)
            let isRecording = parent?.parent.isSampled ?? isSampled
            let own = trace.flatMap { TraceParent(trace: $0, span: id, isSampled: isRecording) }
            context.testTrace = own.map { TestTrace(parent: $0, state: parent?.state) }
            let span = TestSpan(operationName, kind, context, parent: parent?.parent, isRecording: isRecording)
            if isRecording { state.spans.append(span) }
            return span
        }
    }

    package func forceFlush() {}

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.testTrace else { return }
        injector.inject(trace.parent.description, forKey: "traceparent", into: &carrier)
        if let state = trace.state { injector.inject(state, forKey: "tracestate", into: &carrier) }
    }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: "traceparent", from: carrier), let parent = TraceParent(text) else {
            return
        }
        context.testTrace = TestTrace(parent: parent, state: extractor.extract(key: "tracestate", from: carrier))
    }
}

/// Where a span stands, as its context has it.
private struct TestTrace: Sendable {
    let parent: TraceParent
    let state: String?
}

private enum TestTraceKey: ServiceContextKey {
    typealias Value = TestTrace
}

extension ServiceContext {
    fileprivate var testTrace: TestTrace? {
        get { self[TestTraceKey.self] }
        set { self[TestTraceKey.self] = newValue }
    }

    /// The `traceparent` of a context that a ``TestTracer`` made.
    package var testTraceparent: String? { testTrace?.parent.description }

    /// A context of another system's trace.
    package static func test(traceparent: String, tracestate: String? = nil) -> ServiceContext {
        var context = ServiceContext.topLevel
        context.testTrace = TraceParent(traceparent).map { TestTrace(parent: $0, state: tracestate) }
        return context
    }
}

/// A span of a ``TestTracer``.
package final class TestSpan: Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var errors: [String] = []
        var links: [ServiceContext] = []
        var status: SpanStatus?
        var ends = 0
    }

    private let state: Mutex<State>
    package let kind: SpanKind
    package let context: ServiceContext
    /// The `traceparent` of the span above; nil at the root of a trace.
    package let parent: String?
    package let isRecording: Bool

    fileprivate init(
        _ name: String,
        _ kind: SpanKind,
        _ context: ServiceContext,
        parent: TraceParent?,
        isRecording: Bool
    ) {
        state = Mutex(State(name: name))
        (self.kind, self.context, self.parent, self.isRecording) = (kind, context, parent?.description, isRecording)
    }

    /// Its own `traceparent`.
    package var traceparent: String { context.testTraceparent ?? "" }
    /// The id of its trace.
    package var traceID: String { String(traceparent.dropFirst(3).prefix(32)) }
    package var isEnded: Bool { state.withLock { $0.ends == 1 } }
    /// What the recorded errors say.
    package var errors: [String] { state.withLock { $0.errors } }
    /// The `traceparent` of each span that it is linked with.
    package var links: [String] { state.withLock { $0.links }.compactMap(\.testTraceparent) }
    package var status: SpanStatus? { state.withLock { $0.status } }

    /// An attribute as a text.
    package subscript(_ name: String) -> String? {
        switch attributes.get(name) {
        case .string(let text): text
        case .int64(let number): "\(number)"
        case .bool(let value): "\(value)"
        default: nil
        }
    }

    /// All that it says, for tests that look for what it must not say.
    package var text: String {
        state.withLock { state in
            var text = "\(state.name) \(state.errors) \(state.status?.message ?? "")"
            state.attributes.forEach { text += " \($0)=\($1)" }
            return text
        }
    }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }
    package func addEvent(_ event: SpanEvent) {}
    package func addLink(_ link: SpanLink) { state.withLock { $0.links.append(link.context) } }

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        var said = "\(error)"
        attributes.forEach { said += " \($0)=\($1)" }
        state.withLock { $0.errors.append(said) }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        state.withLock { $0.ends += 1 }
    }
}
