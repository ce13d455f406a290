internal import Metrics
internal import Synchronization

/// What is kept of one series.
protocol MetricSeries: AnyObject, Sendable {
    func samples(_ labels: MetricLabels) -> [MetricFamily.Sample]
}

/// A sum that does not fall.
final class CountedSeries: MetricSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    func samples(_ labels: MetricLabels) -> [MetricFamily.Sample] {
        [MetricFamily.Sample(labels: labels, value: Double(value.load(ordering: .relaxed)))]
    }
}

/// The last value; there is none before it was recorded.
final class GaugeSeries: MetricSeries, RecorderHandler {
    private let value = Mutex<Double?>(nil)

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { self.value.withLock { $0 = value } }

    func samples(_ labels: MetricLabels) -> [MetricFamily.Sample] {
        value.withLock { $0 }.map { [MetricFamily.Sample(labels: labels, value: $0)] } ?? []
    }
}

/// How many values were up to each bound, and their sum. Durations are in seconds.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    private struct State {
        /// One more than there are bounds: what is above all of them.
        var counts = [Int64](repeating: 0, count: HistogramSeries.bounds.count + 1)
        var sum = 0.0
    }

    /// From a round trip to a Redis beside it, up to a page that is nearly out of time.
    static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    private static let boundTexts = bounds.map(MetricText.number) + ["+Inf"]

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        let index = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func samples(_ labels: MetricLabels) -> [MetricFamily.Sample] {
        let state = state.withLock { $0 }
        var count: Int64 = 0
        var samples = zip(Self.boundTexts, state.counts).map { bound, own in
            count += own
            return MetricFamily.Sample(suffix: "_bucket", labels: labels.with(bound: bound), value: Double(count))
        }
        samples.append(MetricFamily.Sample(suffix: "_sum", labels: labels, value: state.sum))
        samples.append(MetricFamily.Sample(suffix: "_count", labels: labels, value: Double(count)))
        return samples
    }
}
