internal import Synchronization

/// How many more bursts a worker may run; those who wait for a slot are told when a burst has ended.
///
/// A claim reserves what is free until it is answered, so that no two lanes claim for one slot. Nobody waits for a slot that
/// is only reserved, so there is nobody to tell when it is not used.
final class Slots: Sendable {
    private struct State {
        var reserved = 0
        var running = 0
        var signals: [Signal]
    }

    private let count: Int
    private let state: Mutex<State>

    /// `signals` fire whenever a burst has ended.
    init(_ count: Int, signals: [Signal]) {
        self.count = count
        state = Mutex(State(signals: signals))
    }

    /// Whether a burst runs in every slot.
    var allRun: Bool { state.withLock { $0.running == count } }

    /// Lets another signal fire whenever a burst has ended.
    func notify(_ signal: Signal) {
        state.withLock { $0.signals.append(signal) }
    }

    /// Reserves as many as are free, for a claim.
    func reserve() -> Int {
        state.withLock { state in
            let free = count - state.running - state.reserved
            state.reserved += free
            return free
        }
    }

    /// Bursts start in so many of the slots that were reserved for a claim; the others are free again.
    func start(_ bursts: Int, of reserved: Int) {
        state.withLock { state in
            state.reserved -= reserved
            state.running += bursts
        }
    }

    /// A burst has ended.
    func end() {
        let signals = state.withLock { state in
            state.running -= 1
            return state.signals
        }
        for signal in signals { signal.fire() }
    }
}
