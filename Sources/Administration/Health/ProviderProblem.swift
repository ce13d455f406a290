internal import Ingestion

/// Why a provider needs somebody's eye.
struct ProviderProblem: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        /// What was due was not done, or nothing moves.
        case behind
        /// Its chain was given up on.
        case failed
        /// It fails again and again, and is tried again.
        case failing
        /// Its sweep is held.
        case held
        /// Its consumers are behind.
        case throttled
        /// No worker that runs knows the version of some of its jobs.
        case newer
        /// No worker that runs is configured for it.
        case unserved
        /// Workers with another plan run, and leave its jobs alone.
        case otherPlan
    }

    let kind: Kind
    let reason: String

    /// The problems of a provider. What a person has decided is none: paused, cancelled, purged.
    ///
    /// - Parameters:
    ///   - pageTimeout: how long one page may take.
    ///   - workers: those that run.
    static func problems(
        of status: ProviderStatus,
        pageTimeout: Duration,
        workers: [WorkerRecord] = []
    ) -> [ProviderProblem] {
        guard status.pausedSince == nil, ![.purging, .purged].contains(status.phase) else { return [] }
        var problems: [ProviderProblem] = []
        if status.phase == .failed {
            problems.append(ProviderProblem(kind: .failed, reason: status.error ?? "a chain was given up on"))
        } else if status.failures >= failuresInARow {
            let error = status.error.map { ": \($0)" } ?? ""
            problems.append(
                ProviderProblem(kind: .failing, reason: "failed \(status.failures) times in a row\(error)")
            )
        }
        if let held = status.held { problems.append(ProviderProblem(kind: .held, reason: held.reason)) }
        let isWorking = [.starting, .running, .sweeping].contains(status.phase)
        if let since = status.throttledSince, isWorking {
            let time = Timestamp.text(milliseconds: since)
            problems.append(ProviderProblem(kind: .throttled, reason: "its consumers are behind since \(time)"))
        }
        if let newer = status.newer, !workers.contains(where: { $0.jobVersion >= newer.version }) {
            let what = newer.count == 1 ? "1 job waits" : "\(newer.count) jobs wait"
            problems.append(
                ProviderProblem(
                    kind: .newer,
                    reason: "\(what) for a worker that knows version \(newer.version), and none runs: start one"
                )
            )
        } else if let reason = status.unserved(whileAnyRuns: !workers.isEmpty) {
            problems.append(ProviderProblem(kind: .unserved, reason: reason))
        } else if let reason = behind(status, isWorking, pageTimeout) {
            problems.append(ProviderProblem(kind: .behind, reason: reason))
        }
        if let reason = status.servedOtherwise { problems.append(ProviderProblem(kind: .otherPlan, reason: reason)) }
        return problems
    }

    private static func behind(_ status: ProviderStatus, _ isWorking: Bool, _ pageTimeout: Duration) -> String? {
        if let due = status.due, let waits = status.waits {
            guard due < status.at - lateness.milliseconds else { return nil }
            return
                "what it waited for (\(waits)) was due at \(Timestamp.text(milliseconds: due)), and no worker took it"
        }
        let moved = [status.lastPage, status.started, status.errorAt].compactMap { $0 }.max()
        let longest = max(stillness, pageTimeout * 2)
        guard isWorking, status.throttledSince == nil, let moved, moved < status.at - longest.milliseconds else {
            return nil
        }
        return "nothing has moved since \(Timestamp.text(milliseconds: moved))"
    }

    private static let failuresInARow = 3
    private static let lateness = Duration.seconds(60)
    private static let stillness = Duration.seconds(600)
}
