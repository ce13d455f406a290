import Catalog
import Ingestion
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import Administration

@Suite struct SpanExporterTests {
    /// What the collector does next; the last is repeated.
    private final class Collector: Sendable {
        private let answers: Mutex<[HTTPTestServer.Response]>

        init(_ answers: [HTTPTestServer.Response]) {
            self.answers = Mutex(answers)
        }

        func answer() -> HTTPTestServer.Response {
            answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
    }

    /// What a test works with while an exporter runs.
    private struct Site {
        let exporter: SpanExporter
        let server: HTTPTestServer
        let clock: ManualClock
        let shutDown: @Sendable () -> Void

        func makeSpans(_ names: String...) {
            for name in names { exporter.tracer.startSpan(name).end() }
        }

        /// The names of the spans of each request so far.
        var sent: [[String]] { server.requests.map { CollectedSpans([$0]).all.map(\.name) } }

        /// Lets the exporter's pause pass.
        func passPause(_ duration: Duration = .seconds(40)) async throws {
            try await eventually { clock.sleepers == 1 }
            clock.advance(by: duration)
        }
    }

    private func withExporter(
        _ answers: HTTPTestServer.Response...,
        change: (inout SpanExporter.Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable (Site) async throws -> Void
    ) async throws {
        let collector = Collector(answers)
        try await HTTPTestServer.with({ _ in collector.answer() }) { server in
            var configuration = SpanExporter.Configuration(endpoint: server.url + "/")
            change(&configuration)
            let clock = ManualClock()
            let exporter = SpanExporter(configuration, clock: clock, logger: .quiet)
            try await testGracefulShutdown { shutdown in
                let site = Site(exporter: exporter, server: server, clock: clock) { shutdown.triggerGracefulShutdown() }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await exporter.run() }
                    try await body(site)
                    site.shutDown()
                    try await group.waitForAll()
                }
            }
        }
    }

    private static let ok = HTTPTestServer.Response.json("{}")

    @Test("spans are sent at their interval, as one request, with the headers")
    func interval() async throws {
        try await withExporter(Self.ok) {
            $0.headers = [("Authorization", "Bearer a-token"), ("x-tenant", "t")]
        } _: { site in
            site.makeSpans("a", "b")
            #expect(site.server.requests.isEmpty)
            try await site.passPause(.seconds(5))
            try await eventually { site.sent == [["a", "b"]] }
            let request = site.server.requests[0]
            #expect(request.method == "POST" && request.uri == "/v1/traces")
            #expect(request.header("content-type") == "application/json")
            #expect(request.header("authorization") == "Bearer a-token" && request.header("x-tenant") == "t")
            // Nothing came: nothing is sent.
            try await site.passPause(.seconds(5))
            try await eventually { site.clock.sleepers == 1 }
            #expect(site.sent.count == 1 && site.exporter.dropped == 0)
        }
    }

    @Test("a full batch does not wait; what is more than one goes in several")
    func full() async throws {
        try await withExporter(Self.ok) {
            $0.batchSize = 3
        } _: { site in
            site.makeSpans("a", "b", "c")
            try await eventually { site.sent == [["a", "b", "c"]] }
            try await eventually { site.clock.sleepers == 1 }
            site.makeSpans("d", "e")
            site.exporter.tracer.forceFlush()
            try await eventually { site.sent.last == ["d", "e"] }
        }
    }

    @Test(
        "a collector that is busy gets the same spans again after a pause",
        arguments: [429, 502, 503, 504]
    )
    func busy(status: Int) async throws {
        let busy = HTTPTestServer.Response(status: status, headers: [("Retry-After", "100")])
        try await withExporter(busy, .init(end: .dropped), Self.ok) { site in
            site.makeSpans("a")
            try await site.passPause(.seconds(5))
            try await eventually { site.sent.count == 1 }
            // As long as it asked for.
            try await site.passPause(.seconds(99))
            site.makeSpans("b")
            try await eventually { site.clock.sleepers == 1 }
            #expect(site.sent.count == 1)
            site.clock.advance(by: .seconds(1))
            try await eventually { site.sent.count == 2 }
            try await site.passPause()
            try await eventually { site.sent.count == 3 }
            #expect(site.sent == [["a"], ["a", "b"], ["a", "b"]])
            #expect(site.exporter.dropped == 0)
        }
    }

    @Test(
        "spans that a collector refuses are dropped and counted, and the next go out",
        arguments: [400, 401, 404, 500]
    )
    func refused(status: Int) async throws {
        try await withExporter(.init(status: status), Self.ok) { site in
            site.makeSpans("a", "b")
            try await site.passPause()
            try await eventually { site.exporter.dropped == 2 }
            site.makeSpans("c")
            try await site.passPause()
            try await eventually { site.sent == [["a", "b"], ["c"]] }
            #expect(site.exporter.dropped == 2)
        }
    }

    @Test("spans that a collector takes only in part are counted, and not sent again")
    func partly() async throws {
        let partly = HTTPTestServer.Response.json(#"{"partialSuccess": {"rejectedSpans": "2", "errorMessage": "no"}}"#)
        try await withExporter(partly, Self.ok) { site in
            site.makeSpans("a", "b", "c")
            try await site.passPause()
            try await eventually { site.exporter.dropped == 2 }
            site.makeSpans("d")
            try await site.passPause()
            try await eventually { site.sent == [["a", "b", "c"], ["d"]] }
        }
    }

    @Test("while a collector does not answer, so many spans wait as there is room for; the rest is counted")
    func noRoom() async throws {
        try await withExporter(.init(end: .stalled), Self.ok) {
            ($0.capacity, $0.batchSize, $0.timeout) = (3, 2, .seconds(2))
        } _: { site in
            site.makeSpans("a", "b", "c", "d", "e")
            #expect(site.exporter.dropped == 2)
            // The request ran out of its time; another is made.
            try await eventually { site.sent.count == 1 }
            try await site.passPause()
            try await eventually { site.sent == [["a", "b"], ["a", "b"], ["c"]] }
            #expect(site.exporter.dropped == 2)
        }
    }

    @Test("a shutdown sends what is left")
    func shutdown() async throws {
        try await HTTPTestServer.with({ _ in Self.ok }) { server in
            let exporter = SpanExporter(.init(endpoint: server.url), clock: ManualClock(), logger: .quiet)
            try await testGracefulShutdown { shutdown in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await exporter.run() }
                    exporter.tracer.startSpan("last").end()
                    shutdown.triggerGracefulShutdown()
                    try await group.waitForAll()
                }
            }
            #expect(server.requests.count == 1 && CollectedSpans(server.requests).all.map(\.name) == ["last"])
            #expect(exporter.dropped == 0)
        }
    }

    @Test("a shutdown does not wait for a collector that does not answer, or is not there", arguments: [true, false])
    func shutdownIsBounded(isThere: Bool) async throws {
        try await HTTPTestServer.with({ _ in .init(end: .stalled) }) { server in
            let endpoint = isThere ? server.url : "http://127.0.0.1:1"
            let clock = ManualClock()
            let exporter = SpanExporter(.init(endpoint: endpoint), clock: clock, logger: .quiet)
            try await testGracefulShutdown { shutdown in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await exporter.run() }
                    exporter.tracer.startSpan("last").end()
                    shutdown.triggerGracefulShutdown()
                    if isThere {
                        try await eventually { server.requests.count == 1 && clock.sleepers == 1 }
                        clock.advance(by: .seconds(5))
                    }
                    try await group.waitForAll()
                }
            }
            #expect(exporter.dropped == 1)
        }
    }
}
