internal import Synchronization

/// Cancels one burst's task from outside, and says why.
final class Interruption: Sendable {
    enum Reason: Sendable {
        /// The lease is another's, or an operation revoked it.
        case refused
        /// The page took longer than its provider allows.
        case pageTimeLimit
    }

    private struct State {
        var reason: Reason?
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// The first reason that was given.
    var reason: Reason? { state.withLock { $0.reason } }

    func fire(_ reason: Reason) {
        let cancel = state.withLock { state in
            if state.reason == nil { state.reason = reason }
            return state.cancel
        }
        cancel?()
    }

    /// Fires when a page has taken `limit`, waits for its calls aside; cancelled when the page is there.
    func fire(after limit: Duration, beside calls: CallBudget, on clock: any Clock<Duration>) async {
        var (left, granted) = (limit, Duration.zero)
        while (try? await clock.sleep(for: left)) != nil {
            let waited = calls.waited
            guard waited > granted else { return fire(.pageTimeLimit) }
            (left, granted) = (waited - granted, waited)
        }
    }

    /// Runs `operation` in a task that is cancelled when the interruption fires.
    func guarding<Result: Sendable>(_ operation: @escaping @Sendable () async -> Result) async -> Result {
        // Unstructured, and awaited at once: a child of a group cannot be cancelled alone.
        let task = Task { await operation() }
        let fired = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.reason != nil
        }
        if fired { task.cancel() }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
