internal import Catalog
internal import Tracing

/// In which trace this task works, as the entries that it publishes say it: the headers of W3C Trace Context.
struct TraceHeaders: Sendable, CustomStringConvertible {
    private(set) var traceparent = ""
    private(set) var tracestate = ""

    /// Those that the instrument at hand makes of the current context; nil where there is no trace, or none that W3C's format can name.
    static var current: TraceHeaders? {
        guard let context = ServiceContext.current, !context.isEmpty else { return nil }
        var headers = TraceHeaders()
        InstrumentationSystem.instrument.inject(context, into: &headers, using: HeaderInjector())
        guard TraceParent(headers.traceparent) != nil else { return nil }
        if !isValid(tracestate: headers.tracestate) { headers.tracestate = "" }
        return headers
    }

    /// Both after one another, as `lane.lua` takes them apart.
    var description: String { tracestate.isEmpty ? traceparent : "\(traceparent) \(tracestate)" }

    /// Printable, and no longer than every system hands on.
    private static func isValid(tracestate: String) -> Bool {
        tracestate.utf8.count <= 512 && tracestate.utf8.allSatisfy { 0x20...0x7e ~= $0 }
    }

    private struct HeaderInjector: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout TraceHeaders) {
            switch key {
            case "traceparent": carrier.traceparent = value
            case "tracestate": carrier.tracestate = value
            default: break
            }
        }
    }
}
