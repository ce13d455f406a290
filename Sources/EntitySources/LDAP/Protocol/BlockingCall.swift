internal import Synchronization

/// One call on a thread that may block, and the task that waits for it: it waits no longer once it is cancelled.
final class BlockingCall<Result: Sendable>: Sendable {
    private struct State {
        var waiter: CheckedContinuation<Result, any Error>?
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// Whether nobody waits for the result any more: the call is to end as soon as it can.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Waits for what `start` brings about, which calls ``finish(_:)``.
    func wait(_ start: () -> Void) async throws -> Result {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if !state.isCancelled { state.waiter = continuation }
                    return state.isCancelled
                }
                if isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    start()
                }
            }
        } onCancel: {
            state.withLock { state in
                state.isCancelled = true
                return state.waiter.take()
            }?.resume(throwing: CancellationError())
        }
    }

    func finish(_ result: Swift.Result<Result, any Error>) {
        state.withLock { $0.waiter.take() }?.resume(with: result)
    }
}
