package import Catalog
package import Tracing

/// Where a span stands: what its context holds, and what goes on to other processes.
package struct TraceContext: Sendable {
    /// The trace and the span itself, which is the parent of what comes below it.
    package let parent: TraceParent
    /// What other systems of the trace say of themselves; handed on as it is.
    package let state: String?
}

private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
}

extension ServiceContext {
    /// Where the current span stands; nil outside of every trace.
    package var trace: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }
}
