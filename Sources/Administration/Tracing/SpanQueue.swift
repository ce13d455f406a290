internal import Ingestion
internal import Synchronization

/// Takes spans as they end, from any task: it never waits, and drops what does not fit.
final class SpanQueue: Sendable {
    private let batches: Mutex<SpanBatches>
    /// Fires when there is a whole batch.
    let full = Signal()

    init(capacity: Int, batchSize: Int) {
        batches = Mutex(SpanBatches(capacity: capacity, batchSize: batchSize))
    }

    func add(_ span: SpanRecord) {
        if batches.withLock({ $0.add(span) }) { full.fire() }
    }

    /// Changes or looks at what waits.
    func withBatches<Result: Sendable>(_ body: (inout SpanBatches) -> Result) -> Result {
        batches.withLock { body(&$0) }
    }
}
