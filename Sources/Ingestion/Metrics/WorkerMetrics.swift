internal import Glibc
internal import Metrics

/// What a worker counts, by its providers.
struct WorkerMetrics: Sendable {
    private let providers: [String: ProviderMetrics]
    private let lastClaim: Gauge

    init(_ names: some Sequence<String>, factory: any MetricsFactory) {
        providers = Dictionary(
            names.map { ($0, ProviderMetrics($0, factory: factory)) },
            uniquingKeysWith: { first, _ in first }
        )
        lastClaim = Gauge(label: EngineMetric.lastClaim.rawValue, factory: factory)
    }

    /// Of a provider that the worker has.
    subscript(_ provider: String) -> ProviderMetrics? { providers[provider] }

    /// Redis answered a claim just now, by this machine's clock.
    func claimed() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        lastClaim.record(Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}
