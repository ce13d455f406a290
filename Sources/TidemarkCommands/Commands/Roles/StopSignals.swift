internal import Glibc
internal import Logging
internal import Redis
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// SIGTERM and SIGINT: the first ends what runs in order, a Ctrl-C after it ends the process at once. A second SIGTERM does
/// not: supervisors send it to the process and to its group.
final class StopSignals: Sendable {
    private struct State {
        var isStopping = false
        var group: ServiceGroup?
        /// Ends the start, before there are services to shut down.
        var cancelStart: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let screen: Screen
    private let logger: Logger
    /// What must not outlive a process that ends at once.
    private let lastResort: @Sendable () -> Void

    private init(screen: Screen, logger: Logger, lastResort: @escaping @Sendable () -> Void) {
        self.screen = screen
        self.logger = logger
        self.lastResort = lastResort
    }

    /// Whether a signal has come.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Runs `body` while signals are caught. What a signal cuts short is no failure: the command ends with nothing more to say.
    static func caught<Result: Sendable>(
        _ signals: [UnixSignal] = [.sigterm, .sigint],
        screen: Screen,
        logger: Logger,
        lastResort: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable (StopSignals) async throws -> Result
    ) async throws -> Result {
        let stop = StopSignals(screen: screen, logger: logger, lastResort: lastResort)
        let received = await UnixSignalsSequence(trapping: signals)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await signal in received { await stop.receive(signal) }
            }
            defer { tasks.cancelAll() }
            do {
                return try await stop.run(body)
            } catch  where stop.isStopping && error.isCancellation {
                throw QuietFailure(status: .success)
            }
        }
    }

    /// Runs `body` in a task that a signal cancels as long as no services run.
    private func run<Result: Sendable>(
        _ body: @escaping @Sendable (StopSignals) async throws -> Result
    ) async throws -> Result {
        // Unstructured, and awaited at once: a child of a group cannot be cancelled alone.
        let task = Task { try await body(self) }
        let isStopping = state.withLock { state in
            state.cancelStart = { task.cancel() }
            return state.isStopping && state.group == nil
        }
        if isStopping { task.cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Runs services, in order of dependency, until one ends that ends the group, or a signal comes.
    func run(_ services: [ServiceGroupConfiguration.ServiceConfiguration], logger: Logger) async throws {
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        let isStopping = state.withLock { state in
            state.group = group
            return state.isStopping
        }
        if isStopping { await group.triggerGracefulShutdown() }
        try await group.run()
    }

    private func receive(_ signal: UnixSignal) async {
        let (wasStopping, group, cancelStart) = state.withLock { state in
            defer { state.isStopping = true }
            return (state.isStopping, state.group, state.cancelStart)
        }
        if wasStopping {
            guard signal == .sigint else { return }
            tell("stopped at once; what was in hand is taken up again when its lease runs out")
            lastResort()
            _exit(130)
        }
        tell(screen.isTerminal ? "stopping; press Ctrl-C again to stop at once" : "stopping")
        if let group { await group.triggerGracefulShutdown() } else { cancelStart?() }
    }

    private func tell(_ message: String) {
        if screen.isTerminal { screen.print(message) } else { logger.notice("\(message)") }
    }
}

extension Error {
    /// Whether this only says that a task was cancelled.
    fileprivate var isCancellation: Bool {
        self is CancellationError || (self as? RedisError)?.code == .cancelled
    }
}
