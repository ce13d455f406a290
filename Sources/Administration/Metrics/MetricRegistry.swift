package import Metrics
internal import Synchronization

/// The backend of swift-metrics for those whom Prometheus asks: it keeps what is counted, and gives it when it is asked.
///
/// To count is to add to a number: only who makes a handle looks one up. What has the same name and labels is the same series.
package final class MetricRegistry: MetricsFactory {
    /// Every series of a name is of one kind, and of one type.
    private struct Family {
        var kind: MetricFamily.Kind
        var series: [MetricLabels: any MetricSeries] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// - Parameter help: what the series of a name tell; those of others are given without a word.
    package init(help: [String: String]) {
        self.help = help
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions) { CountedSeries() }
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? series(label, .histogram, dimensions) { HistogramSeries() }
            : series(label, .gauge, dimensions) { GaugeSeries() }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, .histogram, dimensions) { HistogramSeries() }
    }

    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }

    private func series<Series: MetricSeries>(
        _ name: String,
        _ kind: MetricFamily.Kind,
        _ dimensions: [(String, String)],
        _ make: () -> Series
    ) -> Series {
        let labels = MetricLabels(dimensions)
        return families.withLock { families in
            let known = families[name]?.series[labels]
            if let known = known as? Series { return known }
            precondition(families[name].map { $0.kind == kind } ?? true, "\(name) is already of another kind")
            let new = make()
            families[name, default: Family(kind: kind)].series[labels] = new
            return new
        }
    }

    private func forget(_ handler: AnyObject) {
        families.withLock { families in
            families = families.mapValues { family in
                var family = family
                family.series = family.series.filter { $1 !== handler }
                return family
            }
        }
    }

    /// All that was counted until now.
    func read() -> [MetricFamily] {
        families.withLock { $0 }.map { name, family in
            let series = family.series.sorted { $0.key < $1.key }
            return MetricFamily(name, family.kind, help[name] ?? "", series.flatMap { $1.samples($0) })
        }
    }
}
