package import Tracing

/// A span of an ``ExportedTracer``. One that is not recorded is its context and nothing else.
package struct ExportedSpan: Span {
    package let context: ServiceContext
    private let recording: SpanRecording?

    init(context: ServiceContext, recording: SpanRecording? = nil) {
        (self.context, self.recording) = (context, recording)
    }

    package var isRecording: Bool { recording?.isRecording ?? false }

    package var operationName: String {
        get { recording?.record.name ?? "" }
        nonmutating set { recording?.change { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { recording?.record.attributes ?? [:] }
        nonmutating set { recording?.change { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) {
        recording?.change { $0.status = status }
    }

    package func addEvent(_ event: SpanEvent) {
        recording?.change { record in
            record.events.append(
                SpanRecord.Event(name: event.name, at: event.nanosecondsSinceEpoch, attributes: event.attributes)
            )
        }
    }

    /// Records the event `exception` of OpenTelemetry.
    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        guard let recording else { return }
        var all: SpanAttributes = [
            "exception.type": .string("\(Swift.type(of: error))"), "exception.message": .string("\(error)"),
        ]
        all.merge(attributes)
        let event = SpanRecord.Event(name: "exception", at: instant().nanosecondsSinceEpoch, attributes: all)
        recording.change { $0.events.append(event) }
    }

    package func addLink(_ link: SpanLink) {
        guard let recording, let place = link.context.trace else { return }
        recording.change { $0.links.append(SpanRecord.Link(place: place, attributes: link.attributes)) }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        recording?.end(at: instant().nanosecondsSinceEpoch)
    }
}
