internal import Synchronization

/// The port that a server was given, for those who ask before it has one.
final class BoundPort: Sendable {
    private enum State {
        case pending([Int: CheckedContinuation<Int, any Error>], nextWaiter: Int)
        case bound(Int)
        case failed(any Error)
    }

    private let state = Mutex(State.pending([:], nextWaiter: 0))

    /// Whether the port is known.
    var isBound: Bool {
        state.withLock { if case .bound = $0 { true } else { false } }
    }

    /// Waits until the port is known, or until it is known that there will be none.
    var value: Int {
        get async throws {
            let waiter = state.withLock { state -> Int in
                guard case .pending(let waiters, let number) = state else { return 0 }
                state = .pending(waiters, nextWaiter: number + 1)
                return number
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let isCancelled = Task.isCancelled
                    state.withLock { state in
                        switch state {
                        case .bound(let port): continuation.resume(returning: port)
                        case .failed(let error): continuation.resume(throwing: error)
                        case .pending where isCancelled: continuation.resume(throwing: CancellationError())
                        case .pending(var waiters, let number):
                            waiters[waiter] = continuation
                            state = .pending(waiters, nextWaiter: number)
                        }
                    }
                }
            } onCancel: {
                state.withLock { state in
                    guard case .pending(var waiters, let number) = state else { return }
                    waiters.removeValue(forKey: waiter)?.resume(throwing: CancellationError())
                    state = .pending(waiters, nextWaiter: number)
                }
            }
        }
    }

    /// Wakes those who wait. Only the first call counts.
    func resolve(_ result: Result<Int, any Error>) {
        state.withLock { state in
            guard case .pending(let waiters, _) = state else { return }
            for continuation in waiters.values { continuation.resume(with: result) }
            switch result {
            case .success(let port): state = .bound(port)
            case .failure(let error): state = .failed(error)
            }
        }
    }
}
