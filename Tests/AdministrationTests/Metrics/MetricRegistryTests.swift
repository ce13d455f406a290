import Metrics
import TestSupport
import Testing

@testable import Administration

@Suite struct MetricRegistryTests {
    private func text(_ registry: MetricRegistry) throws -> PrometheusText {
        try PrometheusText(String(decoding: MetricText.bytes(of: registry.read()), as: UTF8.self))
    }

    @Test("what many tasks count at a time is exact, and what has the same name and labels is one series")
    func concurrency() async throws {
        let registry = MetricRegistry(help: ["pages_total": "Pages."])
        await withDiscardingTaskGroup { group in
            for task in 0..<16 {
                group.addTask {
                    let counter = Counter(label: "pages_total", dimensions: [("provider", "p")], factory: registry)
                    let timer = Timer(label: "page_seconds", dimensions: [("provider", "p")], factory: registry)
                    for step in 0..<5_000 {
                        counter.increment(by: 2)
                        timer.recordNanoseconds(Int64((task + step) % 2) * 1_000_000_000)
                    }
                }
            }
        }
        let text = try text(registry)
        #expect(text["pages_total{provider=\"p\"}"] == 160_000)
        #expect(text["page_seconds_count{provider=\"p\"}"] == 80_000)
        #expect(text["page_seconds_sum{provider=\"p\"}"] == 40_000)
        #expect(text["page_seconds_bucket{provider=\"p\",le=\"0.5\"}"] == 40_000)
        #expect(text.types == ["pages_total": "counter", "page_seconds": "histogram"])
        #expect(text.help == ["pages_total": "Pages.", "page_seconds": ""])
    }

    @Test("a value is in the bucket of the first bound that it does not exceed, and in all above")
    func buckets() throws {
        let registry = MetricRegistry(help: [:])
        let timer = Timer(label: "t", factory: registry)
        for milliseconds in [0.5, 0.6, 1, 60_000, 60_001] { timer.recordNanoseconds(Int64(milliseconds * 1e6)) }
        let text = try text(registry)
        let counts = ["0.0005", "0.001", "0.0025", "30", "60", "+Inf"].map { text["t_bucket{le=\"\($0)\"}"] }
        #expect(counts == [1, 3, 3, 3, 4, 5])
        #expect(text["t_count"] == 5)
        #expect(abs((text["t_sum"] ?? 0) - 120.0031) < 1e-9)
    }

    @Test("a gauge has its last value, and is absent before; a handle that is given back takes its series with it")
    func gaugesAndDestruction() throws {
        let registry = MetricRegistry(help: [:])
        let gauge = Gauge(label: "g", factory: registry)
        let counters = ["a", "b"].map { Counter(label: "c", dimensions: [("x", $0)], factory: registry) }
        #expect(try text(registry).values == ["c{x=\"a\"}": 0, "c{x=\"b\"}": 0])
        gauge.record(7)
        gauge.record(2.5)
        counters[1].increment()
        counters[0].destroy()
        #expect(try text(registry).values == ["g": 2.5, "c{x=\"b\"}": 1])
    }

    @Test("two registries have nothing in common")
    func apart() throws {
        let (one, other) = (MetricRegistry(help: [:]), MetricRegistry(help: [:]))
        Counter(label: "c", factory: one).increment()
        _ = Counter(label: "c", factory: other)
        #expect(try text(one)["c"] == 1)
        #expect(try text(other)["c"] == 0)
    }
}
