internal import Synchronization

/// A span that is being recorded. It goes to the queue when it ends, once.
final class SpanRecording: Sendable {
    private struct State {
        var record: SpanRecord
        var hasEnded = false
    }

    private let state: Mutex<State>
    private let queue: SpanQueue

    init(_ record: SpanRecord, into queue: SpanQueue) {
        state = Mutex(State(record: record))
        self.queue = queue
    }

    var isRecording: Bool { state.withLock { !$0.hasEnded } }

    var record: SpanRecord { state.withLock { $0.record } }

    /// What changes after the end changes nothing.
    func change(_ change: (inout SpanRecord) -> Void) {
        state.withLock { state in
            if !state.hasEnded { change(&state.record) }
        }
    }

    func end(at time: UInt64) {
        let ended = state.withLock { state -> SpanRecord? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            state.record.end = max(time, state.record.start)
            return state.record
        }
        if let ended { queue.add(ended) }
    }
}
