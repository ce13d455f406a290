import Catalog
import Ingestion
import TestSupport
import Testing
import Tracing

@testable import Administration

/// The engine, and what a collector gets of it.
@Suite struct TracedCycleTests {
    private static let names = (0..<25).map { "e\($0)" }

    /// Runs a cycle whose spans go to a collector, which answers so, and gives what it was sent and what was dropped.
    private func runCycle(
        _ answer: HTTPTestServer.Response,
        capacity: Int = 2_048,
        ratio: Double = 1
    ) async throws -> (collected: CollectedSpans, deltas: [Delta], dropped: Int) {
        try await HTTPTestServer.with({ _ in answer }) { server in
            var configuration = SpanExporter.Configuration(endpoint: server.url)
            (configuration.capacity, configuration.sampleRatio) = (capacity, ratio)
            configuration.timeout = .milliseconds(100)
            let exporter = SpanExporter(configuration, logger: .quiet)
            var deltas: [Delta] = []
            try await withEngine([.test("test", TestSource(names: Self.names))]) { engine in
                try await withTracer(exporter.tracer) { try await engine.runCycle("test") }
                let status = try await engine.operations.status(of: "test")
                #expect(status.phase == .resting && status.known == 25)
                #expect(try await engine.violations(of: "test") == [])
                deltas = try await engine.deltas(of: "test")
            }
            // It is cancelled at once, and sends what there is.
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await exporter.run() }
                group.cancelAll()
            }
            return (CollectedSpans(server.requests), deltas, exporter.dropped)
        }
    }

    @Test("the spans of a cycle are one tree for each burst, and the entries on the stream name theirs")
    func tree() async throws {
        let (collected, deltas, dropped) = try await runCycle(.json("{}"))
        let (bursts, spans) = (collected("burst"), collected.all)
        #expect(dropped == 0 && bursts.count == 2 && spans.count == 9)
        for span in spans where span.name != "burst" {
            let parent = try #require(bursts.first { $0.id == span.parent })
            #expect(span.trace == parent.trace && parent["job.kind"] == (span.name == "sweep" ? "sweep" : "cycle"))
        }
        #expect(bursts.allSatisfy { $0.parent == nil } && Set(spans.map(\.id)).count == 9)
        let publishers = Dictionary(grouping: spans) { "00-\($0.trace)-\($0.id)-01" }
        #expect(
            deltas.map { publishers[$0.traceparent ?? ""]?.first?.name } == [
                "burst", "commit", "commit", "commit", "sweep",
            ]
        )
    }

    @Test(
        "a collector that is not there, is broken or is slow costs a cycle nothing but its spans",
        arguments: [0, 1, 2]
    )
    func broken(kind: Int) async throws {
        let answers: [HTTPTestServer.Response] = [.init(end: .dropped), .init(status: 500), .init(end: .stalled)]
        #expect(try await runCycle(answers[kind]).dropped == 9)
    }

    @Test("a queue without room drops what is too much, and nothing of the work")
    func noRoom() async throws {
        let (collected, _, dropped) = try await runCycle(.json("{}"), capacity: 4)
        #expect(collected.all.count == 4 && dropped == 5)
    }

    @Test("of what is not sampled nothing is sent, and the stream says so")
    func notSampled() async throws {
        let (collected, deltas, dropped) = try await runCycle(.json("{}"), ratio: 0)
        #expect(collected.all.isEmpty && dropped == 0)
        #expect(deltas.allSatisfy { $0.traceparent?.hasSuffix("-00") == true })
    }
}
