internal import HTTPTypes
internal import Hummingbird
internal import Ingestion
internal import Metrics

/// `/metrics`, for Prometheus.
package struct MetricsEndpoints: EndpointGroup {
    private let registry: MetricRegistry
    private let state: StateMetrics
    private let rests: [String: Duration]
    private let scrapeErrors: Counter

    /// - Parameters:
    ///   - registry: what this process counts.
    ///   - rests: how long each provider rests between two cycles.
    package init(_ registry: MetricRegistry, _ state: StateMetrics, rests: [String: Duration]) {
        (self.registry, self.state, self.rests) = (registry, state, rests)
        scrapeErrors = Counter(label: Self.scrapeErrors, factory: registry)
    }

    package func add(to table: inout EndpointTable) {
        table.add([
            Endpoint(
                name: "metrics",
                method: .get,
                path: "/metrics",
                guarding: .scope(.read),
                summary: """
                    What this process counts, and what Redis holds of its providers, in Prometheus' text format. Without Redis, what the \
                    process counts still comes.
                    """,
                answers: [EndpointAnswer(.ok, "The metrics.", .text, as: "text/plain")]
            ) { _ in Response(metrics: await families()) }
        ])
    }

    private func families() async -> [MetricFamily] {
        let held = await state.read()
        if held == nil { scrapeErrors.increment() }
        var rest = MetricFamily("tidemark_provider_rest_seconds", .gauge, "The rest between two cycles, as configured.")
        for (name, time) in rests.sorted(by: { $0.key < $1.key }) {
            rest.add([("provider", name)], Double(time.milliseconds) / 1_000)
        }
        return registry.read() + ProcessMetrics.read() + [rest] + (held ?? [])
    }

    fileprivate static let scrapeErrors = "tidemark_scrape_errors_total"
}

extension MetricRegistry {
    /// For what the engine counts, and the endpoint.
    package convenience init() {
        var help = Dictionary(uniqueKeysWithValues: EngineMetric.allCases.map { ($0.rawValue, $0.help) })
        help[MetricsEndpoints.scrapeErrors] = "Times that Redis could not be read for a scrape."
        help[WebhookMetrics.requests] = WebhookMetrics.help
        self.init(help: help)
    }
}

extension Response {
    fileprivate init(metrics families: [MetricFamily]) {
        self.init(
            status: .ok,
            headers: [.contentType: MetricText.mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: MetricText.bytes(of: families)))
        )
    }
}
