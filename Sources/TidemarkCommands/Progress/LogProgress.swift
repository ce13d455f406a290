internal import Ingestion
internal import Logging
internal import Synchronization

/// Progress as log lines: one when a provider's status changes, and one every ten seconds while it works.
final class LogProgress: ProgressDisplay {
    private struct Told {
        var status: String
        var generation: Int64
        var at: Int64
    }

    let interval = Duration.seconds(1)
    private let logger: Logger
    private let told = Mutex<[String: Told]>([:])

    init(logger: Logger) {
        self.logger = logger
    }

    func show(_ snapshot: ProgressSnapshot) {
        for provider in snapshot.providers where isNews(provider.status) {
            let status = provider.status
            var metadata: Logger.Metadata = [
                LogKey.provider: "\(status.name)", LogKey.generation: "\(status.generation)",
                "provider.status": "\(status.status)", "cycle.pages": "\(status.counts.pages)",
                LogKey.added: "\(status.counts.added)", LogKey.changed: "\(status.counts.changed)",
                "entities.unchanged": "\(status.counts.unchanged)", "entities.removed": "\(status.counts.removed)",
                "entities.rejected": "\(status.counts.rejected)",
            ]
            if provider.rate > 0 { metadata["entities.rate"] = "\(Int(provider.rate.rounded()))" }
            if let waits = status.waitsFor { metadata["provider.waits"] = "\(waits)" }
            logger.info("progress", metadata: metadata)
        }
    }

    func end() {}

    private func isNews(_ status: ProviderStatus) -> Bool {
        told.withLock { told in
            let now = Told(status: status.status, generation: status.generation, at: status.at)
            let last = told[status.name]
            let works = status.phase == .running || status.phase == .sweeping
            let isNews =
                last.map {
                    $0.status != now.status || $0.generation != now.generation || works && now.at - $0.at >= 10_000
                } ?? true
            if isNews { told[status.name] = now }
            return isNews
        }
    }
}
