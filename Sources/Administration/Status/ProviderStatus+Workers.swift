package import Ingestion

extension ProviderStatus {
    /// That nobody reads it, for a person; nil while a worker with its plan runs.
    ///
    /// - Parameter runs: whether any worker runs at all.
    package func unserved(whileAnyRuns runs: Bool) -> String? {
        guard let workers, workers.withPlan == 0 else { return nil }
        let since = workers.seen.map { " since \(Timestamp.text(milliseconds: $0))" } ?? ""
        return (runs ? "no running worker is configured for it" : "no worker runs") + since
    }

    /// That workers with another plan run, for a person; nil while there are none.
    package var servedOtherwise: String? {
        guard let count = workers?.withAnother, count > 0 else { return nil }
        let who = count == 1 ? "1 worker has another plan and leaves" : "\(count) workers have another plan and leave"
        return "\(who) its jobs alone: an old configuration?"
    }
}
