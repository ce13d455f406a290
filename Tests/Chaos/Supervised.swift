internal import Foundation
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A program that is started again whenever it ends, until it is to stop.
final class Supervised: Sendable {
    private struct State {
        var process: Int32?
        var isRunning = false
        /// How many keep it from being started.
        var holds = 0
        var isStopping = false
        var starts = 0
        var crashes: [String] = []
    }

    let name: String
    private let program: FilePath
    private let arguments: [String]
    private let folder: String
    private let state = Mutex(State())

    init(_ name: String, program: FilePath, arguments: [String], folder: String) {
        (self.name, self.program, self.arguments, self.folder) = (name, program, arguments, folder)
    }

    /// Runs it until ``stop()``, or the task is cancelled.
    func run() async throws {
        while !Task.isCancelled, !state.withLock({ $0.isStopping }) {
            let runs = state.withLock { state in
                state.isRunning = state.holds == 0
                return state.isRunning
            }
            if runs {
                defer { state.withLock { $0.isRunning = false } }
                try await runOnce()
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 50...1_000)))
        }
    }

    private func runOnce() async throws {
        let log = try FileDescriptor.open(
            FilePath("\(folder)/\(name).log"),
            .writeOnly,
            options: [.create, .append],
            permissions: .ownerReadWrite
        )
        let result = try await Subprocess.run(
            .path(program),
            arguments: Arguments(arguments),
            environment: .custom(["HOME": folder, "PATH": "/usr/bin:/bin"]),
            workingDirectory: FilePath(folder),
            input: .none,
            output: .discarded,
            error: .fileDescriptor(log, closeAfterSpawningProcess: true)
        ) { execution in
            let isStopping = self.state.withLock { state in
                state.process = execution.processIdentifier.value
                state.starts += 1
                return state.isStopping
            }
            if isStopping { self.send(SIGTERM) }
        }
        state.withLock { state in
            state.process = nil
            // Killed is what we do; anything else by a signal is a crash of its own.
            if case .signaled(let signal) = result.terminationStatus, signal != SIGKILL, signal != SIGTERM {
                state.crashes.append("\(name) ended by signal \(signal)")
            }
        }
    }

    /// True when there was a process to send it to.
    @discardableResult
    func send(_ signal: Int32) -> Bool {
        state.withLock { state in
            guard let process = state.process else { return false }
            return kill(process, signal) == 0
        }
    }

    /// Stops the process for a time, if it is still the same one then.
    func freeze(for duration: Duration) async {
        let frozen = state.withLock { $0.process }
        guard send(SIGSTOP) else { return }
        try? await Task.sleep(for: duration)
        if state.withLock({ $0.process == frozen }) { send(SIGCONT) }
    }

    /// Kills the process, and starts it again only after `body`.
    func whileDown(_ body: @Sendable () throws -> Void) async rethrows {
        state.withLock { $0.holds += 1 }
        defer { state.withLock { $0.holds -= 1 } }
        while state.withLock({ $0.isRunning }) {
            send(SIGKILL)
            try? await Task.sleep(for: .milliseconds(20))
        }
        try body()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        send(SIGCONT)
        send(SIGTERM)
    }

    var starts: Int { state.withLock { $0.starts } }
    var crashes: [String] { state.withLock { $0.crashes } }
}
