import CatalogConsumer
import Synchronization

/// Keeps in memory what it was given, and fails as a test tells it to.
final class MemorySink: Sink {
    private struct State {
        var entries: [StreamEntry] = []
        var failures: [any Error] = []
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var wasCancelled = false
    }

    private let state = Mutex(State())

    /// The numbers of all entries that were stored, in order.
    var stored: [UInt64] { state.withLock { $0.entries.map(\.id.milliseconds) } }

    /// The next batch fails with this.
    func failNext(_ error: any Error) {
        state.withLock { $0.failures.append(error) }
    }

    /// Batches wait until ``release()``, or until they are told to stop.
    func hold() {
        state.withLock { $0.isHolding = true }
    }

    var isHeld: Bool { state.withLock { !$0.held.isEmpty } }

    /// Whether a batch was told to stop.
    var wasCancelled: Bool { state.withLock { $0.wasCancelled } }

    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func apply(_ entries: [StreamEntry], provider: String) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isHolding = state.withLock { state in
                    if state.isHolding { state.held.append(continuation) }
                    return state.isHolding
                }
                if !isHolding { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.wasCancelled = true }
            release()
        }
        try Task.checkCancellation()
        try state.withLock { state in
            if !state.failures.isEmpty { throw state.failures.removeFirst() }
            state.entries += entries
        }
    }
}

/// A transactional sink that keeps positions, and stops after it stored as often as a test says: a crash before the
/// acknowledgement.
final class PositionSink: TransactionalSink {
    private struct State {
        var position: StreamEntryID?
        var stored: [UInt64] = []
        var restarts: [StreamEntryID] = []
        var crashes = 0
    }

    struct Crash: Error {}

    private let state: Mutex<State>

    init(position: StreamEntryID? = nil) {
        state = Mutex(State(position: position))
    }

    var position: StreamEntryID? { state.withLock { $0.position } }
    var stored: [UInt64] { state.withLock { $0.stored } }
    var restarts: [StreamEntryID] { state.withLock { $0.restarts } }

    func crashAfterStoring(times: Int) {
        state.withLock { $0.crashes = times }
    }

    func lastEntryID(provider: String) -> StreamEntryID? { position }

    func apply(_ entries: [StreamEntry], provider: String) throws {
        try state.withLock { state in
            for entry in entries {
                state.stored.append(entry.id.milliseconds)
                state.position = entry.id
            }
            if state.crashes > 0 {
                state.crashes -= 1
                throw Crash()
            }
        }
    }

    func restart(provider: String, after entry: StreamEntryID) {
        state.withLock { state in
            state.restarts.append(entry)
            state.position = entry
        }
    }
}
