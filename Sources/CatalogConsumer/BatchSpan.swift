internal import Catalog
internal import Tracing

/// The span in which a batch is stored. It goes on with the trace of one of its entries, and is linked with those of the others.
///
/// An entry whose trace cannot be read is one without a trace.
struct BatchSpan: Sendable {
    private let span: any Span

    init(of entries: [StreamEntry], provider: String, group: String) {
        let origins = Self.origins(of: entries)
        // Whoever recorded the first part of a trace waits for the rest.
        let parent = origins.firstIndex { $0.parent.isSampled } ?? 0
        span = InstrumentationSystem.tracer.startSpan(
            "apply",
            context: origins.isEmpty ? .topLevel : origins[parent].context,
            ofKind: .consumer
        )
        guard span.isRecording else { return }
        for (index, origin) in origins.enumerated() where index != parent {
            span.addLink(SpanLink(context: origin.context, attributes: [:]))
        }
        span.updateAttributes {
            $0[LogKey.provider] = provider
            $0[LogKey.group] = group
            $0[LogKey.entry] = entries.last?.id.description
            $0[LogKey.entries] = entries.count
            $0[LogKey.changed] = entries.reduce(0) { $0 + $1.delta.added.count }
            $0[LogKey.removed] = entries.reduce(0) { $0 + $1.delta.removed.count }
        }
    }

    /// What runs in it runs in this context.
    var context: ServiceContext { span.context }

    func end() { span.end() }

    /// Records why the batch was not stored, in the words of the log.
    func record(_ error: any Error, _ text: String) {
        guard span.isRecording else { return }
        if error is CancellationError {
            span.attributes[LogKey.outcome] = "cancelled"
            return
        }
        let type = "\(Swift.type(of: error))"
        span.attributes["error.type"] = type
        span.recordError(
            ShownError(description: text),
            attributes: ["exception.type": .string(type), "exception.message": .string(text)]
        )
        span.setStatus(SpanStatus(code: .error, message: text))
    }

    /// Where an entry was published.
    private struct Origin {
        let parent: TraceParent
        let context: ServiceContext
    }

    /// Of each span that published entries of the batch, once.
    private static func origins(of entries: [StreamEntry]) -> [Origin] {
        var origins: [Origin] = []
        for entry in entries {
            guard let text = entry.delta.traceparent, let parent = TraceParent(text),
                !origins.contains(where: { $0.parent == parent })
            else { continue }
            var context = ServiceContext.topLevel
            InstrumentationSystem.instrument.extract(entry.delta, into: &context, using: DeltaExtractor())
            origins.append(Origin(parent: parent, context: context))
        }
        return origins
    }
}

private struct DeltaExtractor: Extractor {
    func extract(key: String, from delta: Delta) -> String? {
        switch key {
        case "traceparent": delta.traceparent
        case "tracestate": delta.tracestate
        default: nil
        }
    }
}

/// An error as the log shows it.
private struct ShownError: Error, CustomStringConvertible {
    let description: String
}
