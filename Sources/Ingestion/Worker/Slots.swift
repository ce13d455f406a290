internal import Synchronization

/// How many more bursts a worker may run; those who wait for a slot are told when a burst has ended.
///
/// A claim reserves what is free until it is answered, so that no two lanes claim for one slot. A lane whose Redis does not answer
/// gives its reservation back, so that the others go on.
final class Slots: Sendable {
    /// What a claim has reserved.
    struct Reservation: Sendable {
        let count: Int
        fileprivate let id: Int
    }

    private struct State {
        var running = 0
        /// How many slots each claim has that is under way, by its reservation.
        var reserved: [Int: Int] = [:]
        var reservations = 0
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
    var allRun: Bool { state.withLock { $0.running >= count } }

    /// Lets another signal fire whenever a burst has ended.
    func notify(_ signal: Signal) {
        state.withLock { $0.signals.append(signal) }
    }

    /// Reserves as many as are free, for a claim.
    ///
    /// - Parameter most: 0 for a lane of which it is not known whether its Redis answers.
    func reserve(atMost most: Int = .max) -> Reservation {
        state.withLock { state in
            let taken = min(free(state), most)
            state.reservations += 1
            state.reserved[state.reservations] = taken
            return Reservation(count: taken, id: state.reservations)
        }
    }

    /// The claim is not answered: others may have what it reserved.
    func giveBack(_ reservation: Reservation) {
        let signals = state.withLock { state in
            (state.reserved.removeValue(forKey: reservation.id) ?? 0) > 0 ? state.signals : []
        }
        for signal in signals { signal.fire() }
    }

    /// The claim is answered with so many jobs; how many bursts start. All of them do, unless the answer came so late that others
    /// have the slots.
    func start(_ jobs: Int, in reservation: Reservation) -> Int {
        state.withLock { state in
            let bursts = min(jobs, state.reserved.removeValue(forKey: reservation.id) ?? max(0, free(state)))
            state.running += bursts
            return bursts
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

    private func free(_ state: State) -> Int { count - state.running - state.reserved.values.reduce(0, +) }
}
