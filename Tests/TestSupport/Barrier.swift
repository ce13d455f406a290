internal import Synchronization

/// Holds whoever arrives until so many have arrived at the same time.
package final class Barrier: Sendable {
    private let count: Int
    private let state = Mutex<(arrived: Int, waiting: [CheckedContinuation<Void, Never>])>((0, []))

    package init(_ count: Int) {
        self.count = count
    }

    package var arrived: Int { state.withLock { $0.arrived } }

    package func arrive() async {
        await withCheckedContinuation { continuation in
            let released = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.arrived += 1
                if state.arrived < count {
                    state.waiting.append(continuation)
                    return []
                }
                defer { state.waiting = [] }
                return state.waiting + [continuation]
            }
            for waiter in released { waiter.resume() }
        }
    }
}
