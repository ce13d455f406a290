internal import Metrics

/// What a process counts of live events, by provider.
struct EventMetrics: Sendable {
    /// What became of an entity that an event told of.
    private enum Outcome: String, CaseIterable {
        case published, unchanged, removed, rejected, refused
    }

    private let providers: [String: [Outcome: Counter]]

    init(_ names: some Sequence<String>, factory: any MetricsFactory) {
        providers = Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, .counters(.events, [("provider", $0)], by: "outcome", factory: factory))
            }
        )
    }

    func count(_ event: LiveEventOutcome, of provider: String) {
        guard !event.isDuplicate else { return }
        let counters = providers[provider]
        counters?[.published]?.increment(by: event.published)
        counters?[.unchanged]?.increment(by: event.unchanged)
        counters?[.removed]?.increment(by: event.removed)
        counters?[.rejected]?.increment(by: event.rejected.count)
    }

    /// An event that has to come again, since consumers are behind.
    func count(refused event: PreparedEvent, of provider: String) {
        providers[provider]?[.refused]?.increment(by: event.added.count + event.removed.count)
    }
}
