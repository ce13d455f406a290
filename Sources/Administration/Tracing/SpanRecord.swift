internal import Tracing

/// What is recorded of a span.
struct SpanRecord: Sendable {
    struct Event: Sendable {
        let name: String
        /// Nanoseconds since 1970.
        let at: UInt64
        let attributes: SpanAttributes
    }

    struct Link: Sendable {
        let place: TraceContext
        let attributes: SpanAttributes
    }

    let place: TraceContext
    /// The span above; nil at the root of a trace.
    let parent: UInt64?
    var name: String
    let kind: SpanKind
    /// Nanoseconds since 1970.
    let start: UInt64
    var end: UInt64 = 0
    var attributes: SpanAttributes = [:]
    var events: [Event] = []
    var links: [Link] = []
    var status: SpanStatus?

    init(place: TraceContext, parent: UInt64?, name: String, kind: SpanKind, start: UInt64) {
        (self.place, self.parent, self.name, self.kind, self.start) = (place, parent, name, kind, start)
    }
}
