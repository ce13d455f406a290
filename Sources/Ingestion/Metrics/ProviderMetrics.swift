internal import Metrics

/// What one process counts of one provider. Its handles are made once: to count is to add to a number.
///
/// All of them are there with 0 from the beginning: a rate is not seen of what appears with its first value.
final class ProviderMetrics: Sendable {
    /// What became of an entity.
    enum EntityOutcome: String, CaseIterable {
        case added, changed, unchanged, removed, rejected, duplicate
    }

    /// Why a call was put off.
    enum Deferral: String, CaseIterable {
        case rate, source
    }

    /// What became of an entity that a feed told of.
    enum ChangeOutcome: String, CaseIterable {
        case published, unchanged, removed
    }

    let pages: Counter
    private let totalsFallen: Counter
    let retries: Counter
    let sourcePauses: Counter
    let throttled: Counter
    let sweepsHeld: Counter
    let leasesLost: Counter
    let burstDuration: Timer
    let pageDuration: Timer
    private let entities: [EntityOutcome: Counter]
    private let bursts: [Burst.Outcome.Word: Counter]
    private let callsDeferred: [Deferral: Counter]
    private let changes: [ChangeOutcome: Counter]

    init(_ provider: String, factory: any MetricsFactory) {
        let dimensions = [("provider", provider)]
        func counter(_ metric: EngineMetric) -> Counter {
            Counter(label: metric.rawValue, dimensions: dimensions, factory: factory)
        }
        func timer(_ metric: EngineMetric) -> Timer {
            Timer(label: metric.rawValue, dimensions: dimensions, factory: factory)
        }
        (pages, retries, sourcePauses) = (counter(.pages), counter(.retries), counter(.sourcePauses))
        (throttled, sweepsHeld) = (counter(.throttled), counter(.sweepsHeld))
        (leasesLost, totalsFallen) = (counter(.leasesLost), counter(.totalsFallen))
        (burstDuration, pageDuration) = (timer(.burstDuration), timer(.pageDuration))
        entities = .counters(.entities, dimensions, by: "outcome", factory: factory)
        bursts = .counters(.bursts, dimensions, by: "outcome", factory: factory)
        callsDeferred = .counters(.callsDeferred, dimensions, by: "reason", factory: factory)
        changes = .counters(.changes, dimensions, by: "outcome", factory: factory)
    }

    func count(_ amount: Int, _ outcome: EntityOutcome) {
        if amount > 0 { entities[outcome]?.increment(by: amount) }
    }

    /// The parts of a page that were committed.
    func count(_ commit: PageCommit.Outcome) {
        count(commit.added, .added)
        count(commit.changed, .changed)
        count(commit.unchanged, .unchanged)
        count(commit.rejected, .rejected)
        count(commit.duplicates, .duplicate)
        if commit.totalBefore != nil { totalsFallen.increment() }
    }

    func count(told amount: Int, _ outcome: ChangeOutcome) {
        if amount > 0 { changes[outcome]?.increment(by: amount) }
    }

    func count(_ burst: Burst.Outcome) {
        bursts[burst.word]?.increment()
        switch burst {
        case .paused(_, .throttled): throttled.increment()
        case .refused(.lost): leasesLost.increment()
        default: break
        }
    }

    func deferred(by reason: Deferral) { callsDeferred[reason]?.increment() }
}

extension Dictionary where Key: RawRepresentable<String> & CaseIterable, Value == Counter {
    /// A counter for each word of a set.
    static func counters(
        _ metric: EngineMetric,
        _ dimensions: [(String, String)],
        by name: String,
        factory: any MetricsFactory
    ) -> [Key: Counter] {
        let pairs = Key.allCases.map { word in
            let dimensions = dimensions + [(name, word.rawValue)]
            return (word, Counter(label: metric.rawValue, dimensions: dimensions, factory: factory))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
