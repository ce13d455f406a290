/// The spans that wait to be sent: a value without I/O. A batch stays until it is settled, so that it can be sent again.
struct SpanBatches: Sendable {
    /// At most so many wait; what comes then is dropped.
    let capacity: Int
    /// At most so many are sent at once.
    let batchSize: Int
    private(set) var waiting: [SpanRecord] = []
    /// How many were dropped so far.
    private(set) var dropped = 0

    init(capacity: Int, batchSize: Int) {
        (self.capacity, self.batchSize) = (capacity, batchSize)
    }

    /// Adds a span if there is room; whether it makes a batch full.
    mutating func add(_ span: SpanRecord) -> Bool {
        guard waiting.count < capacity else {
            dropped += 1
            return false
        }
        waiting.append(span)
        return waiting.count == batchSize
    }

    /// What is to be sent next; empty when nothing waits.
    var next: ArraySlice<SpanRecord> { waiting.prefix(batchSize) }

    /// The first `count` were taken, but for `rejected` of them.
    mutating func settle(_ count: Int, rejected: Int = 0) {
        waiting.removeFirst(count)
        dropped += min(max(rejected, 0), count)
    }

    /// Gives up on all that wait.
    mutating func dropAll() {
        dropped += waiting.count
        waiting = []
    }
}
