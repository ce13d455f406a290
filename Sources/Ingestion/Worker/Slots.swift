internal import Synchronization

/// How many more bursts a worker may run; those who wait for one are told when it is free.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var signals: [Signal]
    }

    private let state: Mutex<State>

    /// `signals` fire whenever a slot is given back.
    init(_ count: Int, signals: [Signal]) {
        state = Mutex(State(free: count, signals: signals))
    }

    var isEmpty: Bool { state.withLock { $0.free == 0 } }

    /// Lets another signal fire whenever a slot is given back.
    func notify(_ signal: Signal) {
        state.withLock { $0.signals.append(signal) }
    }

    /// Takes as many as there are.
    func takeAll() -> Int {
        state.withLock { state in
            defer { state.free = 0 }
            return state.free
        }
    }

    /// Gives slots back after a burst.
    func giveBack(_ count: Int) {
        let signals = state.withLock { state in
            state.free += count
            return state.signals
        }
        for signal in signals { signal.fire() }
    }

    /// Gives back what was taken for a moment and not used: nobody has waited for it.
    func giveBack(quietly count: Int) {
        state.withLock { $0.free += count }
    }
}
