internal import Administration
internal import Ingestion

extension ProviderStatus {
    /// What it waits for, for a person: nil when it works.
    var waitsFor: String? {
        if pausedSince != nil { return "resume" }
        if let held { return "a decision: \(held.reason)" }
        // What is due works already, or will within a moment.
        let until = due.flatMap { $0 > at ? Timestamp.relative($0, to: at) : nil }
        switch phase {
        case .failed: return "retry or start"
        case .purged: return "start"
        case .running where throttledSince != nil, .sweeping where throttledSince != nil: return "its consumers"
        case .starting, .running:
            if let until = callsUntil, until > at {
                return "its source: next call \(Timestamp.relative(until, to: at))"
            }
        default: break
        }
        // All that is left of its cycle.
        if let newer, active == 0, waiting == 0, newer.count >= outstanding { return newerWorker }
        switch waits {
        case "interval": return until.map { "next burst \($0)" }
        case "backoff": return until.map { "next attempt \($0)" }
        case "rest", "cancelled": return until.map { "next cycle \($0)" }
        case "throttled": return "its consumers"
        case "calls": return until.map { "its call rate: next call \($0)" }
        default: return nil
        }
    }

    /// What jobs wait for that a worker met which does not know their version.
    var newerWorker: String? {
        newer.map { "a worker that knows version \($0.version) (\(Figures.count($0.count, "job")))" }
    }

    /// How the status is coloured.
    var role: Style.Role? {
        if pausedSince != nil { return .warning }
        switch phase {
        case .starting, .running, .sweeping, .purging: return error != nil && failures > 0 ? .warning : .active
        case .resting: return held == nil ? .good : .warning
        case .held, .cancelled, .purged: return .warning
        case .failed: return .bad
        }
    }
}
