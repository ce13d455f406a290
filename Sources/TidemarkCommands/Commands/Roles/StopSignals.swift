internal import Glibc
internal import Logging
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// SIGTERM and SIGINT: the first ends what runs in order, a Ctrl-C after it ends the process at once. A second SIGTERM does
/// not: supervisors send it to the process and to its group.
final class StopSignals: Sendable {
    private struct State {
        var isStopping = false
        var group: ServiceGroup?
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

    /// Runs `body` while signals are caught.
    static func caught<Result: Sendable>(
        _ signals: [UnixSignal] = [.sigterm, .sigint],
        screen: Screen,
        logger: Logger,
        lastResort: @escaping @Sendable () -> Void = {},
        _ body: (StopSignals) async throws -> Result
    ) async throws -> Result {
        let stop = StopSignals(screen: screen, logger: logger, lastResort: lastResort)
        let received = await UnixSignalsSequence(trapping: signals)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await signal in received { await stop.receive(signal) }
            }
            defer { tasks.cancelAll() }
            return try await body(stop)
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
        let (wasStopping, group) = state.withLock { state in
            defer { state.isStopping = true }
            return (state.isStopping, state.group)
        }
        if wasStopping {
            guard signal == .sigint else { return }
            tell("stopped at once; what was in hand is taken up again when its lease runs out")
            lastResort()
            _exit(130)
        }
        tell(screen.isTerminal ? "stopping; press Ctrl-C again to stop at once" : "stopping")
        await group?.triggerGracefulShutdown()
    }

    private func tell(_ message: String) {
        if screen.isTerminal { screen.print(message) } else { logger.notice("\(message)") }
    }
}
