internal import CJQ
internal import Dispatch
internal import Synchronization

/// Keeps the expressions over one page within their limits.
///
/// libjq looks at its `halted` flag before every instruction, so a program can be stopped from another thread between two
/// of them, but not within one: a built-in that does not return, such as a regular expression that backtracks without
/// end, holds its thread until it does. The memory that a program takes is not bounded but by the time that it has.
final class MappingGuard: Sendable {
    private struct State {
        /// The address of the program that is running now.
        var running: UInt?
        var interruption: JQError?
        var results = 0
        var bytes = 0
    }

    private let limits: MappingLimits
    private let state = Mutex(State())
    private let interrupted = Atomic(false)

    private init(limits: MappingLimits) {
        self.limits = limits
    }

    /// Runs `body`, which evaluates all expressions over one page, until it ends, its time is over or its task is cancelled.
    ///
    /// It runs on a thread of its own: those that tasks run on are few, and must not wait for an endless expression.
    static func within<Result: Sendable>(
        _ limits: MappingLimits,
        _ body: @escaping @Sendable (MappingGuard) throws -> Result
    ) async throws -> Result {
        let guardian = MappingGuard(limits: limits)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                evaluation.async {
                    let timer = guardian.startTimer()
                    defer { timer.cancel() }
                    continuation.resume(with: Swift.Result { try body(guardian) })
                }
            }
        } onCancel: {
            guardian.interrupt(JQError(.cancelled, "the task was cancelled"))
        }
    }

    private static let evaluation = DispatchQueue(label: "tidemark.mapping", attributes: .concurrent)
    private static let watch = DispatchQueue(label: "tidemark.mapping-limits")

    private func startTimer() -> any DispatchSourceTimer {
        let message = "the expressions of one page ran longer than \(limits.time)"
        let timer = DispatchSource.makeTimerSource(queue: Self.watch)
        timer.setEventHandler { self.interrupt(JQError(.timeLimit, message)) }
        timer.schedule(deadline: .now() + limits.time.dispatchInterval)
        timer.activate()
        return timer
    }

    /// Lets nothing that runs under this guard go on.
    func interrupt(_ error: JQError) {
        state.withLock { state in
            guard state.interruption == nil else { return }
            state.interruption = error
            interrupted.store(true, ordering: .relaxed)
            if let program = state.running.flatMap(OpaquePointer.init(bitPattern:)) {
                jq_halt(program, jv_invalid(), jv_invalid())
            }
        }
    }

    /// Whether whatever runs has to stop.
    var isInterrupted: Bool { interrupted.load(ordering: .relaxed) }

    /// A program is about to run.
    func enter(_ program: OpaquePointer) throws(JQError) {
        let interruption = state.withLock { state in
            if state.interruption == nil { state.running = UInt(bitPattern: program) }
            return state.interruption
        }
        if let interruption { throw interruption }
    }

    /// The program returned. From here on nobody holds its address.
    func leave() throws(JQError) {
        let interruption = state.withLock { state in
            state.running = nil
            return state.interruption
        }
        if let interruption { throw interruption }
    }

    func countResult() throws(JQError) {
        let results = state.withLock { state in
            state.results += 1
            return state.results
        }
        guard results <= limits.results else {
            throw JQError(.sizeLimit, "the expressions of one page gave more than \(limits.results) results")
        }
    }

    func count(bytes: Int) throws(JQError) {
        let total = state.withLock { state in
            state.bytes += bytes
            return state.bytes
        }
        guard total <= limits.bytes else {
            throw JQError(.sizeLimit, "the entities of one page are longer than \(limits.bytes) bytes")
        }
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        return .nanoseconds(Int(clamping: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000))
    }
}
